// SPDX-License-Identifier: Apache-2.0
//
// Many threads, in the way that the argument names; the second one is their number.
//
//     live N      all alive at once, each with its own stack and answer
//     refused N   made until there is no memory for another one: that is EAGAIN, and later there is memory again
//     blocked N   asleep in every kind of call that waits, one of them computing, and then the program ends

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { most = 4000, page = 4096 };
static pthread_t threads[most];
static atomic_int door;
static atomic_int here;

static int fail(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    return 1;
}

static void *waits_at_the_door(void *number) {
    atomic_fetch_add(&here, 1);
    while (!atomic_load(&door)) syscall(SYS_futex, &door, 128, 0, NULL, NULL, 0);
    return number;
}

static void open_door(void) {
    atomic_store(&door, 1);
    syscall(SYS_futex, &door, 129, INT_MAX, NULL, NULL, 0);
}

static int live(int count) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 16384);
    for (long i = 0; i < count; i++) {
        errno = pthread_create(&threads[i], &small, waits_at_the_door, (void *)i);
        if (errno) return fail("pthread_create");
    }
    while (atomic_load(&here) < count) usleep(1000);
    open_door();
    for (long i = 0; i < count; i++) {
        void *answer;
        if (pthread_join(threads[i], &answer) != 0 || (long)answer != i) return fail("pthread_join");
    }
    return 0;
}

// The stacks are there before memory gets short, so that a thread that was made can run.
static char stacks[128][32768] __attribute__((aligned(4096)));

static int refused(int count) {
    enum { most_pieces = 4096, piece = 64 * 1024 };
    static char *pieces[most_pieces];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (count > 128) count = 128;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < 32768; j += page) ((volatile char *)stacks[i])[j] = 1;
    // Not more than a machine of tests has; a host that goes on is not asked to fall over.
    int filled = 0;
    for (; filled < 1024; filled++) {
        pieces[filled] = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        unsigned char there[piece / page];
        if (pieces[filled] == MAP_FAILED) break;
        if (mincore(pieces[filled], piece, there) == 0 && !(there[piece / page - 1] & 1)) {
            filled++;
            break;
        }
    }
    int made = 0, error = 0;
    for (; made < count; made++) {
        pthread_attr_setstack(&attributes, stacks[made], sizeof stacks[made]);
        error = pthread_create(&threads[made], &attributes, waits_at_the_door, NULL);
        if (error) break;
    }
    if (error && error != EAGAIN) return printf("pthread_create gives %s\n", strerror(error));
    if (getpid() == 1 && !error) return printf("%d threads, and none was refused\n", made);
    for (int i = 0; i < filled; i++) munmap(pieces[i], piece);
    open_door();
    for (int i = 0; i < made; i++) pthread_join(threads[i], NULL);
    pthread_attr_setstack(&attributes, stacks[0], sizeof stacks[0]);
    if (pthread_create(&threads[0], &attributes, waits_at_the_door, NULL) != 0) return printf("no thread afterwards\n");
    pthread_join(threads[0], NULL);
    printf("refused, and possible again\n");
    return 0;
}

// What a thread sleeps in.

static uint32_t word = 1, owned;
static int lock_file, terminal, ends[2], full[2], streams[2], listener, messages, semaphores, queue;
static atomic_int tidies;
static const char *fifo = "/tmp/many-fifo";

static void *sleeps(void *argument) {
    char bytes[256];
    struct timespec long_ = {1000, 0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    switch ((long)argument % 28) {
    case 0: read(ends[0], bytes, 1); break;
    case 1: write(full[1], bytes, sizeof bytes); break;
    case 2: recv(streams[0], bytes, 1, 0); break;
    case 3: accept(listener, NULL, NULL); break;
    case 4: syscall(SYS_futex, &word, 128, 1, NULL, NULL, 0); break;
    case 5: syscall(SYS_futex, &word, 0, 1, &long_, NULL, 0); break;
    case 6: syscall(SYS_futex, &owned, 6 | 128 /* LOCK_PI */, 0, NULL, NULL, 0); break;
    case 7: poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, -1); break;
    case 8: ppoll(&(struct pollfd){streams[0], POLLIN, 0}, 1, &long_, &set); break;
    case 9: {
        fd_set files;
        FD_ZERO(&files);
        FD_SET(ends[0], &files);
        select(ends[0] + 1, &files, NULL, NULL, NULL);
        break;
    }
    case 10: {
        struct epoll_event event = {.events = EPOLLIN};
        int file = epoll_create1(0);
        epoll_ctl(file, EPOLL_CTL_ADD, streams[0], &event);
        epoll_wait(file, &event, 1, -1);
        break;
    }
    case 11: nanosleep(&long_, NULL); break;
    case 12: clock_nanosleep(CLOCK_REALTIME, 0, &long_, NULL); break;
    case 13: sigwaitinfo(&set, NULL); break;
    case 14: sigtimedwait(&set, NULL, &long_); break;
    case 15: sigsuspend(&set); break;
    case 16: pause(); break;
    case 17: flock(open("/tmp/many-lock", O_RDWR), LOCK_EX); break;
    case 18: {
        struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
        fcntl(open("/tmp/many-lock", O_RDWR), F_OFD_SETLKW, &range);
        break;
    }
    case 19: msgrcv(messages, bytes, 8, 0, 0); break;
    case 20: semop(semaphores, &(struct sembuf){0, -1, 0}, 1); break;
    case 21: mq_receive(queue, bytes, sizeof bytes, NULL); break;
    case 22: read(eventfd(0, 0), bytes, 8); break;
    case 23: {
        int file = timerfd_create(CLOCK_MONOTONIC, 0);
        timerfd_settime(file, 0, &(struct itimerspec){.it_value = long_}, NULL);
        read(file, bytes, 8);
        break;
    }
    case 24: read(signalfd(-1, &set, 0), bytes, sizeof bytes); break;
    case 26: terminal < 0 ? pause() : read(terminal, bytes, sizeof bytes); break;
    case 27: terminal < 0 ? pause() : poll(&(struct pollfd){terminal, POLLIN, 0}, 1, -1); break;
    default:
        if (argument == (void *)25) for (;;) atomic_fetch_add(&here, 1);
        if ((long)argument / 28 % 2) open(fifo, O_RDONLY);
        else read(inotify_init1(0), bytes, sizeof bytes);
    }
    if (atomic_load(&tidies)) pause();
    dprintf(1, "sleeper %ld is awake: %s\n", (long)argument, strerror(errno));
    _exit(1);
}

static int is_asleep(pid_t id) {
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
    int file = open(path, O_RDONLY);
    long count = read(file, text, sizeof text - 1);
    close(file);
    char *state = count > 0 ? strrchr(text, ')') : NULL;
    return state && state[2] == 'S';
}

static _Atomic pid_t numbers[most];

static void *goes_to_sleep(void *argument) {
    atomic_store(&numbers[(long)argument], (pid_t)syscall(SYS_gettid));
    return sleeps(argument);
}

static int blocked(int count) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/many-socket"};
    // What the kernel keeps of small pieces for the next ones it has after this, whatever follows.
    if (live(200) != 0) return 1;
    unlink(address.sun_path);
    unlink(fifo);
    mq_unlink("/many");
    if (pipe(ends) || pipe(full) || socketpair(AF_UNIX, SOCK_STREAM, 0, streams)) return fail("pipe");
    fcntl(full[1], F_SETPIPE_SZ, page);
    for (char bytes[page]; fcntl(full[1], F_SETFL, O_NONBLOCK) == 0 && write(full[1], bytes, page) > 0;) {}
    fcntl(full[1], F_SETFL, 0);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4)) return fail("listen");
    messages = msgget(IPC_PRIVATE, 0600);
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    queue = mq_open("/many", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 2, .mq_msgsize = 64});
    if (messages < 0 || semaphores < 0 || queue < 0 || mkfifo(fifo, 0600)) return fail("queues");
    lock_file = open("/tmp/many-lock", O_RDWR | O_CREAT, 0600);
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    if (flock(lock_file, LOCK_EX) || fcntl(lock_file, F_OFD_SETLK, &range)) return fail("lock");
    // A terminal at which nobody types; a machine has one if the tool does.
    terminal = open("/dev/tty", O_RDWR);
    if (terminal < 0) {
        int master = posix_openpt(O_RDWR | O_NOCTTY);
        if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
            terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    }
    owned = syscall(SYS_gettid);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (long i = 0; i < count; i++) {
        errno = pthread_create(&threads[i], NULL, goes_to_sleep, (void *)i);
        if (errno) return fail("pthread_create");
    }
    for (int i = 0; i < count; i++)
        while (!atomic_load(&numbers[i]) || (i != 25 && !is_asleep(numbers[i]))) usleep(500);
    unlink(address.sun_path);
    unlink(fifo);
    unlink("/tmp/many-lock");
    mq_unlink("/many");
    printf("%d threads sleep%s\n", count, terminal < 0 ? "" : ", some at a terminal");
    fflush(stdout);
    if (getpid() == 1) _exit(0);
    // On a machine that goes on nothing stays; two kinds of sleepers learn of it.
    atomic_store(&tidies, 1);
    msgctl(messages, IPC_RMID, NULL);
    semctl(semaphores, 0, IPC_RMID);
    _exit(0);
}

int main(int count, char **words) {
    if (count != 3) return 64;
    int number = atoi(words[2]);
    if (number < 0 || number > most) return 64;
    if (strcmp(words[1], "live") == 0) {
        if (live(number) != 0) return 1;
        printf("%d threads lived at once\n", number);
        return 0;
    }
    if (strcmp(words[1], "refused") == 0) return refused(number);
    if (strcmp(words[1], "blocked") == 0) return blocked(number);
    return 64;
}
