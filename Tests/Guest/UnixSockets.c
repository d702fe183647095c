// SPDX-License-Identifier: Apache-2.0
//
// Sockets within the machine: pairs, names, connections, messages, what travels with them, options, and their ends.

#include "case.h"
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>

static int ends[2];

static void new_pair(int type) { CHECK_EQUAL(socketpair(AF_UNIX, type, 0, ends), 0); }

static void put(int file, const char *text) { CHECK_EQUAL(send(file, text, strlen(text), 0), (long)strlen(text)); }

static void expect(int file, const char *text) {
    char bytes[256] = {0};
    CHECK_EQUAL(recv(file, bytes, sizeof bytes, MSG_DONTWAIT), (long)strlen(text));
    CHECK(strcmp(bytes, text) == 0);
}

static void expect_nothing(int file) {
    char bytes[16];
    CHECK_ERRNO(recv(file, bytes, sizeof bytes, MSG_DONTWAIT), EAGAIN);
}

static socklen_t name_of(struct sockaddr_un *name, const char *text) {
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    // A leading @ stands for the NUL of an abstract name.
    strcpy(name->sun_path, text);
    if (text[0] != '@') return offsetof(struct sockaddr_un, sun_path) + strlen(text) + 1;
    name->sun_path[0] = 0;
    return offsetof(struct sockaddr_un, sun_path) + strlen(text);
}

static int bound(int type, const char *text) {
    struct sockaddr_un name;
    int file = socket(AF_UNIX, type, 0);
    CHECK(file >= 0);
    if (text[0] != '@') unlink(text);
    CHECK_EQUAL(bind(file, (void *)&name, name_of(&name, text)), 0);
    return file;
}

static int connect_to(int file, const char *text) {
    struct sockaddr_un name;
    socklen_t length = name_of(&name, text);
    return connect(file, (void *)&name, length);
}

CASE(a_pair_of_streams) {
    new_pair(SOCK_STREAM);
    put(ends[0], "hello");
    put(ends[0], ", you");
    char bytes[4];
    CHECK_EQUAL(read(ends[1], bytes, 3), 3);
    CHECK(memcmp(bytes, "hel", 3) == 0);
    expect(ends[1], "lo, you");
    expect_nothing(ends[1]);
    CHECK_EQUAL(write(ends[1], "back", 4), 4);
    expect(ends[0], "back");
    struct iovec pieces[2] = {{"ab", 2}, {"cde", 3}};
    CHECK_EQUAL(writev(ends[0], pieces, 2), 5);
    expect(ends[1], "abcde");
    CHECK_EQUAL(send(ends[0], "", 0, 0), 0);
    expect_nothing(ends[1]);
}

CASE(pairs_of_messages_keep_their_limits) {
    static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
    for (int i = 0; i < 2; i++) {
        new_pair(types[i]);
        put(ends[0], "first");
        put(ends[0], "second");
        expect(ends[1], "first");
        char bytes[4];
        struct iovec piece = {bytes, 3};
        struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
        CHECK_EQUAL(recvmsg(ends[1], &message, 0), 3);
        CHECK_EQUAL(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
        expect_nothing(ends[1]);
        put(ends[0], "whole");
        CHECK_EQUAL(recv(ends[1], bytes, 2, MSG_TRUNC | MSG_PEEK), 5);
        CHECK_EQUAL(recv(ends[1], bytes, 2, MSG_TRUNC), 5);
        CHECK_EQUAL(send(ends[0], "", 0, 0), 0);
        CHECK_EQUAL(recv(ends[1], bytes, 2, MSG_DONTWAIT), 0);
        expect_nothing(ends[1]);
        close(ends[0]);
        close(ends[1]);
    }
}

CASE(peeking_leaves_everything) {
    new_pair(SOCK_STREAM);
    put(ends[0], "ab");
    put(ends[0], "cd");
    char bytes[5] = {0};
    CHECK_EQUAL(recv(ends[1], bytes, 4, MSG_PEEK), 4);
    CHECK(strcmp(bytes, "abcd") == 0);
    expect(ends[1], "abcd");
}

CASE(the_end_of_a_stream) {
    new_pair(SOCK_STREAM);
    put(ends[0], "last");
    CHECK_EQUAL(shutdown(ends[0], SHUT_WR), 0);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    expect(ends[1], "last");
    char byte;
    CHECK_EQUAL(read(ends[1], &byte, 1), 0);
    put(ends[1], "still");
    expect(ends[0], "still");
    close(ends[0]);
    CHECK_ERRNO(send(ends[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQUAL(read(ends[1], &byte, 1), 0);
    new_pair(SOCK_STREAM);
    CHECK_EQUAL(shutdown(ends[0], SHUT_RD), 0);
    CHECK_EQUAL(read(ends[0], &byte, 1), 0);
    CHECK_ERRNO(send(ends[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(shutdown(ends[0], 3), EINVAL);
}

CASE(what_nobody_read_resets_the_connection) {
    new_pair(SOCK_STREAM);
    put(ends[0], "unread");
    put(ends[1], "answer");
    close(ends[1]);
    char bytes[16];
    CHECK_EQUAL(recv(ends[0], bytes, sizeof bytes, 0), 6);
    CHECK_ERRNO(recv(ends[0], bytes, sizeof bytes, 0), ECONNRESET);
    CHECK_EQUAL(recv(ends[0], bytes, sizeof bytes, 0), 0);
}

static volatile int broken;
static void note_broken(int number) { broken += number == SIGPIPE; }

CASE(a_broken_stream_sends_sigpipe) {
    struct sigaction action = {.sa_handler = note_broken};
    sigaction(SIGPIPE, &action, NULL);
    new_pair(SOCK_STREAM);
    close(ends[1]);
    broken = 0;
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQUAL(broken, 0);
    CHECK_ERRNO(write(ends[0], "x", 1), EPIPE);
    CHECK_EQUAL(broken, 1);
    CHECK_ERRNO(send(ends[0], "x", 1, 0), EPIPE);
    CHECK_EQUAL(broken, 2);
}

static short ready(int file) {
    struct pollfd asked = {.fd = file, .events = POLLIN | POLLOUT | POLLRDHUP};
    CHECK(poll(&asked, 1, 0) >= 0);
    return asked.revents;
}

CASE(streams_are_polled) {
    new_pair(SOCK_STREAM);
    CHECK_EQUAL(ready(ends[0]), POLLOUT);
    put(ends[1], "x");
    CHECK_EQUAL(ready(ends[0]), POLLIN | POLLOUT);
    shutdown(ends[1], SHUT_WR);
    CHECK_EQUAL(ready(ends[0]), POLLIN | POLLOUT | POLLRDHUP);
    close(ends[1]);
    CHECK_EQUAL(ready(ends[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    int file = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQUAL(ready(file), POLLOUT | POLLHUP);
    file = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_EQUAL(ready(file), POLLOUT);
}

CASE(a_full_stream_would_block_and_becomes_writable) {
    new_pair(SOCK_STREAM | SOCK_NONBLOCK);
    static char bytes[8192];
    long total = 0, count;
    while ((count = write(ends[0], bytes, sizeof bytes)) > 0) total += count;
    CHECK(count == -1 && errno == EAGAIN);
    CHECK(total >= 65536);
    CHECK_EQUAL(ready(ends[0]), 0);
    int watch = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET}, found;
    CHECK_EQUAL(epoll_ctl(watch, EPOLL_CTL_ADD, ends[0], &event), 0);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 0);
    while (total > 0) {
        count = read(ends[1], bytes, sizeof bytes);
        CHECK(count > 0);
        total -= count;
    }
    CHECK_EQUAL(ready(ends[0]), POLLOUT);
    CHECK_EQUAL(epoll_wait(watch, &found, 1, 0), 1);
    CHECK_EQUAL(found.events, EPOLLOUT);
    CHECK_ERRNO(read(ends[1], bytes, 1), EAGAIN);
}

CASE(bytes_that_wait_are_counted) {
    new_pair(SOCK_STREAM);
    put(ends[0], "abc");
    put(ends[0], "de");
    int count;
    CHECK_EQUAL(ioctl(ends[1], FIONREAD, &count), 0);
    CHECK_EQUAL(count, 5);
    new_pair(SOCK_DGRAM);
    put(ends[0], "abc");
    put(ends[0], "de");
    CHECK_EQUAL(ioctl(ends[1], FIONREAD, &count), 0);
    CHECK_EQUAL(count, 3);
}

static void talk_over(const char *text, int type) {
    int listener = bound(type, text);
    CHECK_EQUAL(ready(listener), POLLOUT | POLLHUP);
    CHECK_EQUAL(listen(listener, 5), 0);
    CHECK_EQUAL(ready(listener) & ~POLLOUT, 0);
    int client = socket(AF_UNIX, type, 0);
    CHECK_EQUAL(connect_to(client, text), 0);
    CHECK_ERRNO(connect_to(client, text), EISCONN);
    put(client, "early");
    CHECK(ready(listener) & POLLIN);
    struct sockaddr_un name, expected;
    socklen_t length = sizeof name, expected_length = name_of(&expected, text);
    int server = accept4(listener, (void *)&name, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    CHECK(server >= 0);
    CHECK_EQUAL(length, 2);
    CHECK_EQUAL(fcntl(server, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(server, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    expect(server, "early");
    put(server, "answer");
    expect(client, "answer");
    length = sizeof name;
    CHECK_EQUAL(getpeername(client, (void *)&name, &length), 0);
    CHECK_EQUAL(length, expected_length);
    CHECK(memcmp(&name, &expected, length) == 0);
    length = sizeof name;
    CHECK_EQUAL(getsockname(server, (void *)&name, &length), 0);
    CHECK_EQUAL(length, expected_length);
    length = sizeof name;
    CHECK_EQUAL(getsockname(client, (void *)&name, &length), 0);
    CHECK_EQUAL(length, 2);
    CHECK_EQUAL(name.sun_family, AF_UNIX);
    // Cut to the room that there is, with the full length.
    length = 3;
    CHECK_EQUAL(getpeername(client, (void *)&name, &length), 0);
    CHECK_EQUAL(length, expected_length);
    struct ucred peer = {0};
    length = sizeof peer;
    CHECK_EQUAL(getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &length), 0);
    CHECK_EQUAL(length, sizeof peer);
    CHECK_EQUAL(peer.pid, getpid());
    CHECK_EQUAL(peer.uid, geteuid());
    fcntl(listener, F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
    close(listener);
    put(client, "on");
    expect(server, "on");
    close(client);
    char byte;
    CHECK_EQUAL(read(server, &byte, 1), 0);
    client = socket(AF_UNIX, type, 0);
    CHECK_ERRNO(connect_to(client, text), ECONNREFUSED);
    close(client);
    close(server);
}

CASE(connections_by_path) {
    talk_over("/tmp/unix-socket", SOCK_STREAM);
    struct stat status;
    CHECK_EQUAL(stat("/tmp/unix-socket", &status), 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK_EQUAL(status.st_mode & 0777, 0755);
    CHECK_ERRNO(open("/tmp/unix-socket", O_RDWR), ENXIO);
    CHECK_EQUAL(unlink("/tmp/unix-socket"), 0);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect_to(client, "/tmp/unix-socket"), ENOENT);
    CHECK_ERRNO(connect_to(client, "/var/run/nscd/socket"), ENOENT);
    talk_over("/tmp/unix-packets", SOCK_SEQPACKET);
    unlink("/tmp/unix-packets");
}

CASE(connections_by_abstract_name) {
    talk_over("@apus-test-stream", SOCK_STREAM);
    talk_over("@apus-test-packets", SOCK_SEQPACKET);
}

CASE(names_that_cannot_be) {
    struct sockaddr_un name;
    int first = bound(SOCK_STREAM, "@apus-test-taken"), other = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(bind(other, (void *)&name, name_of(&name, "@apus-test-taken")), EADDRINUSE);
    CHECK_ERRNO(bind(first, (void *)&name, name_of(&name, "@apus-test-again")), EINVAL);
    int file = open("/tmp/unix-file", O_CREAT | O_RDWR, 0600);
    CHECK(file >= 0);
    CHECK_ERRNO(bind(other, (void *)&name, name_of(&name, "/tmp/unix-file")), EADDRINUSE);
    CHECK_ERRNO(connect_to(other, "/tmp/unix-file"), ECONNREFUSED);
    CHECK_ERRNO(bind(other, (void *)&name, name_of(&name, "/tmp/none/socket")), ENOENT);
    name_of(&name, "@x");
    name.sun_family = AF_INET;
    CHECK_ERRNO(bind(other, (void *)&name, 10), EINVAL);
    name.sun_family = AF_UNIX;
    CHECK_ERRNO(bind(other, (void *)&name, 1), EINVAL);
    CHECK_ERRNO(bind(other, (void *)&name, 111), EINVAL);
    CHECK_ERRNO(bind(other, (void *)&name, 200), EINVAL);
    CHECK_ERRNO(bind(file, (void *)&name, 10), ENOTSOCK);
    CHECK_ERRNO(bind(999, (void *)&name, 10), EBADF);
    CHECK_ERRNO(listen(other, 1), EINVAL);
    CHECK_ERRNO(accept(other, NULL, NULL), EINVAL);
    CHECK_ERRNO(connect_to(other, "@apus-test-taken"), ECONNREFUSED);
    // The kernel makes up a name.
    CHECK_EQUAL(bind(other, (void *)&name, 2), 0);
    socklen_t length = sizeof name;
    CHECK_EQUAL(getsockname(other, (void *)&name, &length), 0);
    CHECK_EQUAL(length, 8);
    CHECK_EQUAL(name.sun_path[0], 0);
    unlink("/tmp/unix-file");
    close(first);
    first = bound(SOCK_DGRAM, "@apus-test-taken");
    close(other);
    other = socket(AF_UNIX, SOCK_STREAM, 0);
    // Abstract names are of a type, paths are not.
    CHECK_ERRNO(connect_to(other, "@apus-test-taken"), ECONNREFUSED);
    first = bound(SOCK_DGRAM, "/tmp/unix-datagrams");
    CHECK_ERRNO(connect_to(other, "/tmp/unix-datagrams"), EPROTOTYPE);
    unlink("/tmp/unix-datagrams");
}

CASE(the_backlog_is_limited) {
    int listener = bound(SOCK_STREAM, "@apus-test-backlog");
    CHECK_EQUAL(listen(listener, 1), 0);
    int clients[3];
    for (int i = 0; i < 3; i++) clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_EQUAL(connect_to(clients[0], "@apus-test-backlog"), 0);
    CHECK_EQUAL(connect_to(clients[1], "@apus-test-backlog"), 0);
    CHECK_ERRNO(connect_to(clients[2], "@apus-test-backlog"), EAGAIN);
    CHECK(accept(listener, NULL, NULL) >= 0);
    CHECK_EQUAL(connect_to(clients[2], "@apus-test-backlog"), 0);
    // Those that nobody accepts are reset with the listener.
    put(clients[2], "x");
    close(listener);
    char byte;
    CHECK_ERRNO(recv(clients[2], &byte, 1, 0), ECONNRESET);
}

CASE(datagrams_by_name) {
    int server = bound(SOCK_DGRAM, "@apus-test-server"), client = bound(SOCK_DGRAM, "@apus-test-client");
    struct sockaddr_un name, from;
    socklen_t length = name_of(&name, "@apus-test-server");
    CHECK_EQUAL(sendto(client, "ping", 4, 0, (void *)&name, length), 4);
    char bytes[8] = {0};
    socklen_t got = sizeof from;
    CHECK_EQUAL(recvfrom(server, bytes, sizeof bytes, 0, (void *)&from, &got), 4);
    length = name_of(&name, "@apus-test-client");
    CHECK_EQUAL(got, length);
    CHECK(memcmp(&from, &name, length) == 0);
    CHECK_EQUAL(sendto(server, "pong", 4, 0, (void *)&from, got), 4);
    expect(client, "pong");
    CHECK_ERRNO(send(client, "x", 1, 0), ENOTCONN);
    CHECK_EQUAL(connect_to(client, "@apus-test-server"), 0);
    put(client, "again");
    expect(server, "again");
    // Who is connected to another receives from that one only.
    int third = socket(AF_UNIX, SOCK_DGRAM, 0);
    name_of(&name, "@apus-test-client");
    CHECK_ERRNO(sendto(third, "x", 1, 0, (void *)&name, length), EPERM);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    CHECK_EQUAL(connect(client, &none, sizeof none), 0);
    CHECK_ERRNO(send(client, "x", 1, 0), ENOTCONN);
    CHECK_EQUAL(connect_to(client, "@apus-test-server"), 0);
    close(server);
    CHECK_ERRNO(send(client, "x", 1, 0), ECONNREFUSED);
    length = name_of(&name, "@apus-test-server");
    CHECK_ERRNO(sendto(third, "x", 1, 0, (void *)&name, length), ECONNREFUSED);
    static char large[400000];
    CHECK_ERRNO(sendto(third, large, sizeof large, 0, (void *)&name, length), EMSGSIZE);
    CHECK_ERRNO(listen(third, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(third, NULL, NULL), EOPNOTSUPP);
}

// --- What travels with messages

static union { char bytes[256]; struct cmsghdr align; } control;

static int send_files(int file, const int *files, int count, const char *text) {
    struct iovec piece = {(void *)text, strlen(text)};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(count * 4)};
    memset(&control, 0, sizeof control);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * 4), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(header), files, count * 4);
    return sendmsg(file, &message, 0);
}

static struct msghdr received;
static char received_bytes[64];

static long receive(int file, int room, int flags) {
    static struct iovec piece;
    piece = (struct iovec){received_bytes, sizeof received_bytes};
    memset(received_bytes, 0, sizeof received_bytes);
    memset(&control, 0, sizeof control);
    received = (struct msghdr){.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = room};
    return recvmsg(file, &received, flags);
}

CASE(open_files_travel) {
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (int i = 0; i < 3; i++) {
        new_pair(types[i]);
        int pipes[2];
        CHECK_EQUAL(pipe(pipes), 0);
        CHECK_EQUAL(send_files(ends[0], pipes, 2, "two"), 3);
        close(pipes[0]);
        close(pipes[1]);
        CHECK_EQUAL(receive(ends[1], sizeof control, MSG_CMSG_CLOEXEC), 3);
        CHECK_EQUAL(received.msg_flags & ~MSG_CMSG_CLOEXEC, 0);
        CHECK_EQUAL(received.msg_controllen, CMSG_SPACE(8));
        struct cmsghdr *header = CMSG_FIRSTHDR(&received);
        CHECK(header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS);
        CHECK_EQUAL(header->cmsg_len, CMSG_LEN(8));
        int got[2];
        memcpy(got, CMSG_DATA(header), 8);
        CHECK_EQUAL(fcntl(got[0], F_GETFD), FD_CLOEXEC);
        CHECK_EQUAL(write(got[1], "through", 7), 7);
        char bytes[8] = {0};
        CHECK_EQUAL(read(got[0], bytes, 8), 7);
        close(got[0]);
        CHECK(fcntl(got[1], F_GETFL) & O_WRONLY);
        close(got[1]);
        close(ends[0]);
        close(ends[1]);
    }
}

CASE(files_belong_to_their_bytes) {
    new_pair(SOCK_STREAM);
    put(ends[0], "before");
    CHECK_EQUAL(send_files(ends[0], &ends[0], 1, "with"), 4);
    put(ends[0], "after");
    // What comes before may come along, what comes after may not.
    CHECK_EQUAL(receive(ends[1], sizeof control, 0), 10);
    CHECK_EQUAL(received.msg_controllen, CMSG_SPACE(4));
    CHECK_EQUAL(receive(ends[1], sizeof control, 0), 5);
}

CASE(files_without_room_are_closed) {
    int pipes[2];
    new_pair(SOCK_STREAM);
    CHECK_EQUAL(pipe(pipes), 0);
    CHECK_EQUAL(send_files(ends[0], &pipes[1], 1, "x"), 1);
    close(pipes[1]);
    // On its way it is open: no end of file yet.
    CHECK_EQUAL(fcntl(pipes[0], F_SETFL, O_NONBLOCK), 0);
    char byte;
    CHECK_ERRNO(read(pipes[0], &byte, 1), EAGAIN);
    CHECK_EQUAL(receive(ends[1], 0, 0), 1);
    CHECK_EQUAL(received.msg_flags, MSG_CTRUNC);
    CHECK_EQUAL(read(pipes[0], &byte, 1), 0);
    // And with a plain read, and with the socket.
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(pipe(pipes), 0);
        new_pair(SOCK_STREAM);
        CHECK_EQUAL(send_files(ends[0], &pipes[1], 1, "x"), 1);
        close(pipes[1]);
        if (i == 0) CHECK_EQUAL(read(ends[1], &byte, 1), 1);
        close(ends[1]);
        CHECK_EQUAL(read(pipes[0], &byte, 1), 0);
    }
    int bad = 999;
    new_pair(SOCK_STREAM);
    CHECK_ERRNO(send_files(ends[0], &bad, 1, "x"), EBADF);
}

CASE(credentials_travel) {
    new_pair(SOCK_DGRAM);
    put(ends[0], "before");
    int on = 1;
    CHECK_EQUAL(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
    put(ends[0], "mine");
    CHECK_EQUAL(receive(ends[1], sizeof control, 0), 6);
    CHECK_EQUAL(receive(ends[1], sizeof control, 0), 4);
    struct cmsghdr *header = CMSG_FIRSTHDR(&received);
    CHECK(header && header->cmsg_type == SCM_CREDENTIALS);
    CHECK_EQUAL(header->cmsg_len, CMSG_LEN(sizeof(struct ucred)));
    struct ucred who;
    memcpy(&who, CMSG_DATA(header), sizeof who);
    CHECK_EQUAL(who.pid, getpid());
    CHECK_EQUAL(who.uid, getuid());
    CHECK_EQUAL(who.gid, getgid());
    // Said by the sender, and true.
    struct iovec piece = {"said", 4};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(sizeof who)};
    memset(&control, 0, sizeof control);
    header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof who), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS};
    memcpy(CMSG_DATA(header), &who, sizeof who);
    CHECK_EQUAL(sendmsg(ends[0], &message, 0), 4);
    CHECK_EQUAL(receive(ends[1], sizeof control, 0), 4);
    memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&received)), sizeof who);
    CHECK_EQUAL(who.pid, getpid());
}

CASE(bad_ancillary_data) {
    new_pair(SOCK_STREAM);
    struct iovec piece = {"x", 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = 24};
    memset(&control, 0, sizeof control);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){.cmsg_len = 8, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    CHECK_ERRNO(sendmsg(ends[0], &message, 0), EINVAL);
    header->cmsg_len = 100;
    CHECK_ERRNO(sendmsg(ends[0], &message, 0), EINVAL);
    *header = (struct cmsghdr){.cmsg_len = 20, .cmsg_level = SOL_SOCKET, .cmsg_type = 77};
    CHECK_ERRNO(sendmsg(ends[0], &message, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_sendmsg, ends[0], (void *)16, 0), EFAULT);
    message.msg_control = (void *)16;
    CHECK_ERRNO(syscall(SYS_sendmsg, ends[0], &message, 0), EFAULT);
    expect_nothing(ends[1]);
}

CASE(many_messages_at_once) {
    new_pair(SOCK_DGRAM);
    struct iovec pieces[3] = {{"a", 1}, {"bb", 2}, {"ccc", 3}};
    struct mmsghdr messages[4] = {{{0}, 0}};
    for (int i = 0; i < 3; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
    CHECK_EQUAL(sendmmsg(ends[0], messages, 3, 0), 3);
    for (int i = 0; i < 3; i++) CHECK_EQUAL(messages[i].msg_len, i + 1);
    char bytes[4][8];
    struct iovec room[4];
    for (int i = 0; i < 4; i++) {
        room[i] = (struct iovec){bytes[i], 8};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &room[i], .msg_iovlen = 1}};
    }
    CHECK_EQUAL(recvmmsg(ends[1], messages, 4, MSG_WAITFORONE, NULL), 3);
    for (int i = 0; i < 3; i++) CHECK_EQUAL(messages[i].msg_len, i + 1);
    CHECK_ERRNO(recvmmsg(ends[1], messages, 4, MSG_DONTWAIT, NULL), EAGAIN);
}

// --- Options, waiting, errors

static int option(int file, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    CHECK_EQUAL(getsockopt(file, SOL_SOCKET, name, &value, &length), 0);
    CHECK_EQUAL(length, 4);
    return value;
}

CASE(options_of_sockets) {
    new_pair(SOCK_SEQPACKET);
    CHECK_EQUAL(option(ends[0], SO_TYPE), SOCK_SEQPACKET);
    CHECK_EQUAL(option(ends[0], SO_DOMAIN), AF_UNIX);
    CHECK_EQUAL(option(ends[0], SO_PROTOCOL), 0);
    CHECK_EQUAL(option(ends[0], SO_ERROR), 0);
    CHECK_EQUAL(option(ends[0], SO_ACCEPTCONN), 0);
    CHECK_EQUAL(option(ends[0], SO_SNDBUF), 212992);
    CHECK_EQUAL(option(ends[0], SO_RCVBUF), 212992);
    int value = 10000;
    CHECK_EQUAL(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof value), 0);
    CHECK_EQUAL(option(ends[0], SO_SNDBUF), 20000);
    value = 1;
    CHECK_EQUAL(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof value), 0);
    CHECK_EQUAL(option(ends[0], SO_SNDBUF), 4608);
    CHECK_EQUAL(setsockopt(ends[0], SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), 0);
    CHECK_EQUAL(option(ends[0], SO_REUSEADDR), 1);
    CHECK_EQUAL(option(ends[1], SO_REUSEADDR), 0);
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_TYPE, &value, sizeof value), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, 9999, &value, sizeof value), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &value, 3), EINVAL);
    CHECK_ERRNO(setsockopt(ends[0], 6, 1, &value, sizeof value), EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, (void *)16, 4), EFAULT);
    socklen_t length = 4;
    CHECK_ERRNO(getsockopt(ends[0], SOL_SOCKET, 9999, &value, &length), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(0, SOL_SOCKET, SO_TYPE, &value, &length), ENOTSOCK);
    close(ends[1]);
    int listener = bound(SOCK_STREAM, "@apus-test-options");
    CHECK_EQUAL(listen(listener, 1), 0);
    CHECK_EQUAL(option(listener, SO_ACCEPTCONN), 1);
}

CASE(waits_can_be_limited) {
    new_pair(SOCK_STREAM);
    struct timeval limit = {.tv_usec = 20000}, got;
    CHECK_EQUAL(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    socklen_t length = sizeof got;
    CHECK_EQUAL(getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &got, &length), 0);
    CHECK_EQUAL(got.tv_usec, 20000);
    char byte;
    CHECK_ERRNO(read(ends[0], &byte, 1), EAGAIN);
    limit.tv_usec = 1000000;
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), EDOM);
    limit.tv_usec = 20000;
    CHECK_EQUAL(setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), 0);
    static char bytes[65536];
    long count;
    while ((count = write(ends[1], bytes, sizeof bytes)) == sizeof bytes) {}
    CHECK(count > 0 || errno == EAGAIN);
}

static volatile int alarms;
static void count_alarm(int number) { alarms += number == SIGALRM; }

CASE(signals_interrupt_sockets) {
    struct sigaction action = {.sa_handler = count_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value.tv_usec = 10000};
    new_pair(SOCK_STREAM);
    char byte;
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(recv(ends[0], &byte, 1, 0), EINTR);
    int listener = bound(SOCK_STREAM, "@apus-test-interrupt");
    CHECK_EQUAL(listen(listener, 1), 0);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(accept(listener, NULL, NULL), EINTR);
    new_pair(SOCK_DGRAM);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(recv(ends[0], &byte, 1, 0), EINTR);
}

CASE(sockets_that_do_not_exist) {
    CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, 12, 0), EINVAL);
    CHECK_ERRNO(socket(AF_UNIX, 4, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM, 17), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM | 0x100, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (void *)16), EFAULT);
    int file = socket(AF_UNIX, SOCK_STREAM, 1);
    CHECK(file >= 0);
    char byte;
    CHECK_ERRNO(recv(file, &byte, 1, 0), EINVAL);
    CHECK_ERRNO(send(file, &byte, 1, MSG_NOSIGNAL), ENOTCONN);
    struct sockaddr_un name;
    socklen_t length = sizeof name;
    CHECK_ERRNO(getpeername(file, (void *)&name, &length), ENOTCONN);
    CHECK_ERRNO(lseek(file, 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(recv(0, &byte, 1, 0), ENOTSOCK);
    CHECK_ERRNO(recv(999, &byte, 1, 0), EBADF);
    struct stat status;
    CHECK_EQUAL(fstat(file, &status), 0);
    CHECK(S_ISSOCK(status.st_mode));
    char link[64] = {0}, path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    CHECK(readlink(path, link, sizeof link) > 0);
    CHECK(strncmp(link, "socket:[", 8) == 0);
}

CASE(waiting_for_everything) {
    new_pair(SOCK_STREAM);
    put(ends[0], "abc");
    char bytes[8];
    // There is no more to come after what is there.
    shutdown(ends[0], SHUT_WR);
    CHECK_EQUAL(recv(ends[1], bytes, 8, MSG_WAITALL), 3);
    new_pair(SOCK_STREAM);
    put(ends[0], "abcdefgh");
    CHECK_EQUAL(recv(ends[1], bytes, 8, MSG_WAITALL), 8);
}

CASE(a_bad_buffer_loses_nothing_of_a_stream) {
    new_pair(SOCK_STREAM);
    put(ends[0], "abc");
    CHECK_ERRNO(recv(ends[1], (void *)16, 3, 0), EFAULT);
    expect(ends[1], "abc");
    CHECK_ERRNO(send(ends[0], (void *)16, 3, 0), EFAULT);
    expect_nothing(ends[1]);
}
