// SPDX-License-Identifier: Apache-2.0
//
// Signals: handlers, masks, the alternate stack, what the handler is told, restarting and waiting.

#include "case.h"
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

static volatile sig_atomic_t count, nested, order[8];
static volatile siginfo_t told;
static char *volatile stack_in_handler;

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    char here;
    stack_in_handler = &here;
    told = *info;
    order[count++ & 7] = number;
}

static void install(int number, int flags) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | flags};
    CHECK_EQUAL(sigaction(number, &action, NULL), 0);
    count = 0;
}

static sigset_t only(int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    return set;
}

CASE(a_handler_runs_and_returns) {
    install(SIGUSR1, 0);
    CHECK_EQUAL(kill(getpid(), SIGUSR1), 0);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(told.si_signo, SIGUSR1);
    CHECK_EQUAL(told.si_code, SI_USER);
    CHECK_EQUAL(told.si_pid, getpid());
    CHECK_EQUAL(told.si_uid, getuid());
    raise(SIGUSR1);
    CHECK_EQUAL(count, 2);
    CHECK_EQUAL(told.si_code, SI_TKILL);
}

CASE(registers_survive_a_handler) {
    install(SIGUSR1, 0);
    long pid = getpid(), tid = syscall(SYS_gettid);
    register long b __asm__("rbx") = 0x1111111111111111, c __asm__("r12") = 0x2222222222222222;
    register long d __asm__("r13") = 0x3333333333333333, e __asm__("r14") = 0x4444444444444444;
    double sum = 1.5;
    __asm__ volatile("movq %0, %%xmm7" : : "r"(0x5555555555555555) : "xmm7");
    long result, vector;
    __asm__ volatile("syscall\n\tmovq %%xmm7, %1"
                     : "=a"(result), "=r"(vector), "+r"(b), "+r"(c), "+r"(d), "+r"(e)
                     : "a"(SYS_tgkill), "D"(pid), "S"(tid), "d"(SIGUSR1)
                     : "rcx", "r11", "memory", "xmm7");
    CHECK_EQUAL(result, 0);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(vector, 0x5555555555555555);
    CHECK_EQUAL(b, 0x1111111111111111);
    CHECK_EQUAL(c, 0x2222222222222222);
    CHECK_EQUAL(d, 0x3333333333333333);
    CHECK_EQUAL(e, 0x4444444444444444);
    CHECK(sum == 1.5);
}

CASE(the_red_zone_survives_a_handler) {
    install(SIGUSR1, 0);
    long result, value, pid = getpid(), tid = syscall(SYS_gettid);
    __asm__ volatile(
        "movq $0x77777777, -8(%%rsp)\n\tmovq $0x66666666, -128(%%rsp)\n\tsyscall\n\t"
        "movq -8(%%rsp), %1\n\taddq -128(%%rsp), %1"
        : "=a"(result), "=&r"(value) : "a"(SYS_tgkill), "D"(pid), "S"(tid), "d"(SIGUSR1) : "rcx", "r11", "memory");
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(value, 0x77777777L + 0x66666666L);
}

CASE(blocked_signals_wait) {
    install(SIGUSR1, 0);
    sigset_t set = only(SIGUSR1), old, pending;
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, &set, &old), 0);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_EQUAL(count, 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1));
    CHECK_EQUAL(sigprocmask(SIG_SETMASK, &old, NULL), 0);
    CHECK_EQUAL(count, 1);
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGUSR1));
}

CASE(real_time_signals_queue_in_order) {
    install(SIGRTMIN, 0);
    sigset_t set = only(SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 1; i <= 3; i++) CHECK_EQUAL(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}), 0);
    for (int i = 1; i <= 3; i++) {
        siginfo_t info;
        CHECK_EQUAL(sigwaitinfo(&set, &info), SIGRTMIN);
        CHECK_EQUAL(info.si_code, SI_QUEUE);
        CHECK_EQUAL(info.si_value.sival_int, i);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK_EQUAL(count, 0);
}

CASE(kill_and_stop_cannot_be_blocked) {
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(!sigismember(&now, SIGKILL));
    CHECK(!sigismember(&now, SIGSTOP));
    CHECK(sigismember(&now, SIGTERM));
}

static void handle_nested(int number) {
    (void)number;
    if (++nested < 3) raise(SIGUSR1);
    nested += 10;
}

CASE(a_signal_is_blocked_in_its_handler) {
    struct sigaction action = {.sa_handler = handle_nested};
    sigaction(SIGUSR1, &action, NULL);
    nested = 0;
    raise(SIGUSR1);
    // One after the other: 1 + 10, then 12 + 10.
    CHECK_EQUAL(nested, 22);
}

CASE(a_handler_nests_with_no_defer) {
    struct sigaction action = {.sa_handler = handle_nested, .sa_flags = SA_NODEFER};
    sigaction(SIGUSR1, &action, NULL);
    nested = 0;
    raise(SIGUSR1);
    CHECK_EQUAL(nested, 33);
}

static void mask_in_handler(int number) {
    (void)number;
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    nested = sigismember(&now, SIGUSR1) + 2 * sigismember(&now, SIGUSR2) + 4 * sigismember(&now, SIGTERM);
}

CASE(the_action_adds_to_the_mask) {
    struct sigaction action = {.sa_handler = mask_in_handler, .sa_mask = only(SIGUSR2)};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK_EQUAL(nested, 3);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(!sigismember(&now, SIGUSR1) && !sigismember(&now, SIGUSR2));
}

CASE(one_shot_handlers_reset) {
    install(SIGUSR1, SA_RESETHAND);
    raise(SIGUSR1);
    struct sigaction now;
    sigaction(SIGUSR1, NULL, &now);
    CHECK(now.sa_handler == SIG_DFL);
}

CASE(ignored_signals_vanish) {
    signal(SIGUSR1, SIG_IGN);
    raise(SIGUSR1);
    install(SIGUSR1, 0);
    sigset_t set = only(SIGUSR1), pending;
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1));
    signal(SIGUSR1, SIG_IGN);
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGUSR1));
    install(SIGUSR1, 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK_EQUAL(count, 0);
}

CASE(the_alternate_stack_is_used) {
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack}, old;
    CHECK_EQUAL(sigaltstack(&alternate, NULL), 0);
    install(SIGUSR1, SA_ONSTACK);
    raise(SIGUSR1);
    CHECK(stack_in_handler >= stack && stack_in_handler < stack + sizeof stack);
    install(SIGUSR1, 0);
    raise(SIGUSR1);
    CHECK(stack_in_handler < stack || stack_in_handler >= stack + sizeof stack);
    CHECK_EQUAL(sigaltstack(NULL, &old), 0);
    CHECK(old.ss_sp == stack && old.ss_size == sizeof stack && old.ss_flags == 0);
    alternate.ss_flags = SS_DISABLE;
    CHECK_EQUAL(sigaltstack(&alternate, NULL), 0);
}

static void change_alternate(int number) {
    (void)number;
    stack_t now;
    nested = sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_ONSTACK;
    stack_t other = {.ss_flags = SS_DISABLE};
    nested += 2 * (sigaltstack(&other, NULL) == -1 && errno == EPERM);
}

CASE(the_alternate_stack_in_use_stays) {
    struct sigaction action = {.sa_handler = change_alternate, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK_EQUAL(nested, 3);
}

static void start_timer(long microseconds) {
    struct itimerval timer = {.it_value = {0, microseconds}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

CASE(a_sleep_is_interrupted_and_tells_the_rest) {
    install(SIGALRM, 0);
    start_timer(20000);
    struct timespec wish = {5, 0}, rest = {0, 0};
    CHECK_ERRNO(nanosleep(&wish, &rest), EINTR);
    CHECK_EQUAL(count, 1);
    CHECK(rest.tv_sec == 4 && rest.tv_nsec > 0);
    CHECK_EQUAL(told.si_code, SI_KERNEL);
}

CASE(sleeping_is_not_restarted) {
    install(SIGALRM, SA_RESTART);
    start_timer(20000);
    struct timespec wish = {5, 0};
    CHECK_EQUAL(clock_nanosleep(CLOCK_MONOTONIC, 0, &wish, NULL), EINTR);
    CHECK_EQUAL(count, 1);
}

CASE(pause_ends_with_a_signal) {
    install(SIGALRM, SA_RESTART);
    start_timer(10000);
    CHECK_ERRNO(pause(), EINTR);
    CHECK_EQUAL(count, 1);
}

CASE(suspend_changes_the_mask_while_waiting) {
    install(SIGALRM, 0);
    sigset_t set = only(SIGALRM), none, now;
    sigemptyset(&none);
    sigprocmask(SIG_BLOCK, &set, NULL);
    start_timer(10000);
    CHECK_ERRNO(sigsuspend(&none), EINTR);
    CHECK_EQUAL(count, 1);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGALRM));
}

CASE(waiting_for_a_signal_times_out) {
    sigset_t set = only(SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    struct timespec limit = {0, 10000000};
    CHECK_ERRNO(sigtimedwait(&set, NULL, &limit), EAGAIN);
    raise(SIGUSR2);
    siginfo_t info;
    CHECK_EQUAL(sigtimedwait(&set, &info, &limit), SIGUSR2);
    CHECK_EQUAL(info.si_signo, SIGUSR2);
}

CASE(a_handler_can_jump_away) {
    install(SIGUSR1, 0);
    static sigjmp_buf there;
    static volatile int times;
    times = 0;
    struct sigaction action = {.sa_sigaction = unexpected_signal, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    memcpy(there, guest_case_end, sizeof there);
    if (sigsetjmp(guest_case_end, 1) == 0) raise(SIGUSR1);
    if (times++ == 0) {
        if (sigsetjmp(guest_case_end, 1) == 0) raise(SIGUSR1);
    }
    memcpy(guest_case_end, there, sizeof there);
    CHECK_EQUAL(times, 1);
}

static void set_return(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 4711;
}

CASE(the_context_can_be_changed) {
    struct sigaction action = {.sa_sigaction = set_return, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    CHECK_EQUAL(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1), 4711);
}

CASE(the_lowest_signal_comes_first) {
    install(SIGUSR2, 0);
    install(SIGUSR1, 0);
    sigset_t both = only(SIGUSR1);
    sigaddset(&both, SIGUSR2);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO, .sa_mask = both};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigprocmask(SIG_BLOCK, &both, NULL);
    raise(SIGUSR2);
    raise(SIGUSR1);
    sigprocmask(SIG_UNBLOCK, &both, NULL);
    CHECK_EQUAL(count, 2);
    CHECK_EQUAL(order[0], SIGUSR1);
    CHECK_EQUAL(order[1], SIGUSR2);
}

CASE(the_interval_timer_repeats) {
    install(SIGALRM, 0);
    struct itimerval timer = {{0, 5000}, {0, 5000}}, now;
    setitimer(ITIMER_REAL, &timer, NULL);
    while (count < 5) pause();
    CHECK_EQUAL(getitimer(ITIMER_REAL, &now), 0);
    CHECK_EQUAL(now.it_interval.tv_usec, 5000);
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_REAL, &timer, NULL);
}

CASE(a_busy_program_is_interrupted) {
    install(SIGALRM, 0);
    start_timer(10000);
    while (count == 0) __asm__ volatile("" ::: "memory");
    CHECK_EQUAL(count, 1);
}
