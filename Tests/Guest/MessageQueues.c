// SPDX-License-Identifier: Apache-2.0
//
// POSIX message queues (mq_overview(7)).

#include "case.h"
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

static char name[64];

// A queue without messages under a name that is new.
static mqd_t new_queue(int flags, long count, long size) {
    static int counter;
    snprintf(name, sizeof name, "/apus-%d-%d", getpid(), counter++);
    mq_unlink(name);
    struct mq_attr wish = {.mq_maxmsg = count, .mq_msgsize = size};
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0600, &wish);
    if (queue < 0) case_fails("mq_open: errno %d", errno);
    return queue;
}

static void end_queue(mqd_t queue) {
    CHECK_EQUAL(mq_close(queue), 0);
    CHECK_EQUAL(mq_unlink(name), 0);
}

static struct timespec after(long milliseconds) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

CASE(the_greatest_priority_comes_first) {
    mqd_t queue = new_queue(0, 5, 20);
    CHECK_EQUAL(mq_send(queue, "low", 3, 1), 0);
    CHECK_EQUAL(mq_send(queue, "high", 4, 9), 0);
    CHECK_EQUAL(mq_send(queue, "low again", 9, 1), 0);
    CHECK_EQUAL(mq_send(queue, "", 0, 32767), 0);
    struct mq_attr state;
    CHECK_EQUAL(mq_getattr(queue, &state), 0);
    CHECK_EQUAL(state.mq_curmsgs, 4);
    CHECK_EQUAL(state.mq_maxmsg, 5);
    CHECK_EQUAL(state.mq_msgsize, 20);
    CHECK_EQUAL(state.mq_flags, 0);
    char text[20];
    unsigned priority;
    CHECK_EQUAL(mq_receive(queue, text, 20, &priority), 0);
    CHECK_EQUAL(priority, 32767);
    CHECK_EQUAL(mq_receive(queue, text, 20, &priority), 4);
    CHECK(memcmp(text, "high", 4) == 0);
    CHECK_EQUAL(mq_receive(queue, text, 20, NULL), 3);
    CHECK_EQUAL(mq_receive(queue, text, 20, &priority), 9);
    CHECK_EQUAL(priority, 1);
    end_queue(queue);
}

CASE(queues_have_names) {
    mqd_t queue = new_queue(0, 2, 10);
    CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL), EEXIST);
    CHECK_EQUAL(fcntl(queue, F_GETFD), FD_CLOEXEC);
    mqd_t reader = mq_open(name, O_RDONLY | O_NONBLOCK);
    mqd_t writer = mq_open(name, O_WRONLY);
    CHECK(reader >= 0 && writer >= 0);
    char text[10];
    CHECK_ERRNO(mq_send(reader, "x", 1, 0), EBADF);
    CHECK_ERRNO(mq_receive(writer, text, 10, NULL), EBADF);
    CHECK_ERRNO(mq_receive(reader, text, 10, NULL), EAGAIN);
    CHECK_EQUAL(mq_unlink(name), 0);
    CHECK_ERRNO(mq_unlink(name), ENOENT);
    CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
    CHECK_EQUAL(mq_send(writer, "still", 5, 0), 0);
    CHECK_EQUAL(mq_receive(reader, text, 10, NULL), 5);
    struct stat status;
    CHECK_EQUAL(fstat(queue, &status), 0);
    CHECK(S_ISREG(status.st_mode) && (status.st_mode & 0777) == 0600);
    mq_close(writer);
    mq_close(reader);
    mq_close(queue);
    CHECK_ERRNO(syscall(SYS_mq_open, "", O_RDWR, 0, NULL), ENOENT);
    CHECK_ERRNO(syscall(SYS_mq_open, "a/b", O_RDWR, 0, NULL), EACCES);
}

CASE(sizes_are_checked) {
    struct mq_attr wish = {.mq_maxmsg = 0, .mq_msgsize = 10};
    CHECK_ERRNO(mq_open("/apus-never", O_RDWR | O_CREAT, 0600, &wish), EINVAL);
    wish = (struct mq_attr){.mq_maxmsg = 70000, .mq_msgsize = 1};
    CHECK_ERRNO(mq_open("/apus-never", O_RDWR | O_CREAT, 0600, &wish), EINVAL);
    struct rlimit limit, low;
    CHECK_EQUAL(getrlimit(RLIMIT_MSGQUEUE, &limit), 0);
    low = (struct rlimit){.rlim_cur = 1000, .rlim_max = limit.rlim_max};
    CHECK_EQUAL(setrlimit(RLIMIT_MSGQUEUE, &low), 0);
    CHECK_ERRNO(mq_open("/apus-never", O_RDWR | O_CREAT, 0600, NULL), EMFILE);
    CHECK_EQUAL(setrlimit(RLIMIT_MSGQUEUE, &limit), 0);
    mqd_t queue = new_queue(O_NONBLOCK, 2, 10);
    char text[20] = "0123456789abcdef";
    CHECK_ERRNO(mq_send(queue, text, 11, 0), EMSGSIZE);
    CHECK_ERRNO(mq_receive(queue, text, 9, NULL), EMSGSIZE);
    CHECK_ERRNO(mq_send(queue, text, 1, 32768), EINVAL);
    CHECK_EQUAL(mq_send(queue, text, 10, 0), 0);
    CHECK_EQUAL(mq_send(queue, text, 1, 0), 0);
    CHECK_ERRNO(mq_send(queue, text, 1, 0), EAGAIN);
    struct mq_attr old, wait = {.mq_flags = 0, .mq_maxmsg = 99};
    CHECK_EQUAL(mq_setattr(queue, &wait, &old), 0);
    CHECK_EQUAL(old.mq_flags, O_NONBLOCK);
    CHECK_EQUAL(mq_getattr(queue, &old), 0);
    CHECK_EQUAL(old.mq_flags, 0);
    CHECK_EQUAL(old.mq_maxmsg, 2);
    wait.mq_flags = O_APPEND;
    CHECK_ERRNO(mq_setattr(queue, &wait, NULL), EINVAL);
    struct timespec soon = after(3);
    CHECK_ERRNO(mq_timedsend(queue, text, 1, 0, &soon), ETIMEDOUT);
    soon.tv_nsec = -1;
    CHECK_ERRNO(mq_timedsend(queue, text, 1, 0, &soon), EINVAL);
    end_queue(queue);
}

CASE(readiness) {
    mqd_t queue = new_queue(0, 1, 10);
    struct pollfd entry = {.fd = queue, .events = POLLIN | POLLOUT};
    CHECK_EQUAL(poll(&entry, 1, 0), 1);
    CHECK_EQUAL(entry.revents, POLLOUT);
    CHECK_EQUAL(mq_send(queue, "x", 1, 0), 0);
    CHECK_EQUAL(poll(&entry, 1, 0), 1);
    CHECK_EQUAL(entry.revents, POLLIN);
    end_queue(queue);
}

static void *receive_one(void *argument) {
    char text[10];
    return (void *)(long)mq_receive(*(mqd_t *)argument, text, 10, NULL);
}

CASE(who_waits_is_woken) {
    NEEDS_MEMORY;
    mqd_t queue = new_queue(0, 1, 10);
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, receive_one, &queue), 0);
    usleep(2000);
    CHECK_EQUAL(mq_send(queue, "1234", 4, 0), 0);
    void *count;
    pthread_join(thread, &count);
    CHECK_EQUAL((long)count, 4);
    struct timespec soon = after(3);
    char text[10];
    CHECK_ERRNO(mq_timedreceive(queue, text, 10, NULL, &soon), ETIMEDOUT);
    end_queue(queue);
}

static siginfo_t notice;
static volatile int notices;
static void note(int number, siginfo_t *info, void *context) {
    (void)number, (void)context;
    notice = *info;
    notices++;
}

CASE(one_notice_for_an_empty_queue) {
    mqd_t queue = new_queue(O_NONBLOCK, 4, 10);
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    notices = 0;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
    CHECK_EQUAL(mq_notify(queue, &event), 0);
    CHECK_ERRNO(mq_notify(queue, &event), EBUSY);
    CHECK_EQUAL(mq_send(queue, "a", 1, 0), 0);
    CHECK_EQUAL(notices, 1);
    CHECK_EQUAL(notice.si_code, SI_MESGQ);
    CHECK_EQUAL(notice.si_value.sival_int, 42);
    CHECK_EQUAL(notice.si_pid, getpid());
    CHECK_EQUAL(mq_notify(queue, &event), 0);
    CHECK_EQUAL(mq_send(queue, "b", 1, 0), 0);
    CHECK_EQUAL(notices, 1);
    char text[10];
    CHECK_EQUAL(mq_receive(queue, text, 10, NULL), 1);
    CHECK_EQUAL(mq_receive(queue, text, 10, NULL), 1);
    CHECK_EQUAL(mq_notify(queue, NULL), 0);
    CHECK_EQUAL(mq_send(queue, "c", 1, 0), 0);
    CHECK_EQUAL(notices, 1);
    CHECK_EQUAL(mq_receive(queue, text, 10, NULL), 1);
    event.sigev_notify = SIGEV_NONE;
    CHECK_EQUAL(mq_notify(queue, &event), 0);
    CHECK_EQUAL(mq_close(dup(queue)), 0);
    // Closing any descriptor of the queue has ended that.
    event.sigev_notify = SIGEV_SIGNAL;
    CHECK_EQUAL(mq_notify(queue, &event), 0);
    event.sigev_notify = 77;
    CHECK_ERRNO(mq_notify(queue, &event), EINVAL);
    end_queue(queue);
}

CASE(bad_pointers_and_descriptors) {
    char *hole = page_before_hole() + PAGE;
    mqd_t queue = new_queue(O_NONBLOCK, 2, 10);
    CHECK_ERRNO(syscall(SYS_mq_open, hole, O_RDWR, 0, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_open, "x", O_RDWR | O_CREAT, 0600, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_unlink, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_timedsend, queue, hole, 1, 0, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_timedsend, queue, "x", 1, 0, hole), EFAULT);
    CHECK_EQUAL(mq_send(queue, "x", 1, 0), 0);
    CHECK_ERRNO(syscall(SYS_mq_timedreceive, queue, hole, 10, NULL, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_notify, queue, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_getsetattr, queue, hole, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_mq_getsetattr, queue, NULL, hole), EFAULT);
    char text[10];
    CHECK_ERRNO(mq_receive(0, text, 10, NULL), EBADF);
    CHECK_ERRNO(mq_receive(99, text, 10, NULL), EBADF);
    CHECK_ERRNO(mq_send(0, text, 10, 0), EBADF);
    struct mq_attr attributes;
    CHECK_ERRNO(syscall(SYS_mq_getsetattr, 0, NULL, &attributes), EBADF);
    end_queue(queue);
}
