// SPDX-License-Identifier: Apache-2.0
//
// What a process says about itself and may set: prctl(2), personality(2), getcpu(2), I/O priorities, locked memory, page
// faults in getrusage(2), the thread's addresses that the kernel keeps, and what there is to wait for.

#include "case.h"
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

CASE(a_signal_for_the_parents_death) {
    int got = 99;
    CHECK_EQUAL(prctl(PR_SET_PDEATHSIG, 0), 0);  // whoever runs the tests may have asked for one
    CHECK_EQUAL(prctl(PR_GET_PDEATHSIG, &got), 0);
    CHECK_EQUAL(got, 0);
    CHECK_EQUAL(prctl(PR_SET_PDEATHSIG, SIGUSR1), 0);
    CHECK_EQUAL(prctl(PR_GET_PDEATHSIG, &got), 0);
    CHECK_EQUAL(got, SIGUSR1);
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, 65), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, -1L), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_PDEATHSIG, page_before_hole() + PAGE), EFAULT);
    CHECK_EQUAL(prctl(PR_SET_PDEATHSIG, 0), 0);
    CHECK_EQUAL(prctl(PR_GET_PDEATHSIG, &got), 0);
    CHECK_EQUAL(got, 0);
}

CASE(timers_may_be_late) {
    CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 50000);
    CHECK_EQUAL(prctl(PR_SET_TIMERSLACK, 123456L), 0);
    CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 123456);
    // Nothing, or less, is what the thread began with.
    CHECK_EQUAL(prctl(PR_SET_TIMERSLACK, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_TIMERSLACK), 50000);
}

CASE(large_pages_are_given_up) {
    CHECK_EQUAL(prctl(PR_GET_THP_DISABLE, 0L, 0L, 0L, 0L), 0);
    CHECK_EQUAL(prctl(PR_SET_THP_DISABLE, 1L, 0L, 0L, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_THP_DISABLE, 0L, 0L, 0L, 0L), 1);
    CHECK_EQUAL(prctl(PR_SET_THP_DISABLE, 0L, 0L, 0L, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_THP_DISABLE, 0L, 0L, 0L, 0L), 0);
    CHECK_ERRNO(prctl(PR_GET_THP_DISABLE, 1L, 0L, 0L, 0L), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_THP_DISABLE, 1L, 0L, 0L, 1L), EINVAL);
}

CASE(dumpable_or_not) {
    CHECK_EQUAL(prctl(PR_GET_DUMPABLE), 1);
    CHECK_EQUAL(prctl(PR_SET_DUMPABLE, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_DUMPABLE), 0);
    CHECK_ERRNO(prctl(PR_SET_DUMPABLE, 2L), EINVAL);
    CHECK_EQUAL(prctl(PR_SET_DUMPABLE, 1L), 0);
    CHECK_EQUAL(prctl(PR_GET_DUMPABLE), 1);
}

CASE(secure_bits) {
    CHECK_EQUAL(prctl(PR_GET_SECUREBITS), 0);
    // SECBIT_NO_SETUID_FIXUP, and SECBIT_KEEP_CAPS, which PR_SET_KEEPCAPS sets, too.
    CHECK_EQUAL(prctl(PR_SET_SECUREBITS, 4L), 0);
    CHECK_EQUAL(prctl(PR_GET_SECUREBITS), 4);
    CHECK_EQUAL(prctl(PR_SET_SECUREBITS, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_KEEPCAPS), 0);
    CHECK_EQUAL(prctl(PR_SET_KEEPCAPS, 1L), 0);
    CHECK_EQUAL(prctl(PR_GET_KEEPCAPS), 1);
    CHECK_EQUAL(prctl(PR_GET_SECUREBITS), 16);
    CHECK_EQUAL(prctl(PR_SET_KEEPCAPS, 0L), 0);
    CHECK_EQUAL(prctl(PR_GET_SECUREBITS), 0);
    CHECK_ERRNO(prctl(PR_SET_KEEPCAPS, 2L), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_SECUREBITS, 0x1000L), EPERM);
}

CASE(states_with_one_answer) {
    int got = 99;
    CHECK_EQUAL(prctl(PR_GET_TIMING), PR_TIMING_STATISTICAL);
    CHECK_EQUAL(prctl(PR_SET_TIMING, (long)PR_TIMING_STATISTICAL), 0);
    CHECK_ERRNO(prctl(PR_SET_TIMING, (long)PR_TIMING_TIMESTAMP), EINVAL);
    CHECK_EQUAL(prctl(PR_GET_TSC, &got), 0);
    CHECK_EQUAL(got, PR_TSC_ENABLE);
    CHECK_EQUAL(prctl(PR_MCE_KILL_GET, 0L, 0L, 0L, 0L), PR_MCE_KILL_DEFAULT);
    CHECK_ERRNO(prctl(PR_MCE_KILL_GET, 1L, 0L, 0L, 0L), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_ENDIAN, &got), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_UNALIGN, &got), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_FPEMU, &got), EINVAL);
    CHECK_ERRNO(prctl(PR_CAPBSET_READ, 99L), EINVAL);
    CHECK_EQUAL(prctl(PR_CAPBSET_READ, 0L), 1);
}

CASE(the_personality_is_kept) {
    int before = CALL(personality, 0xffffffffUL);
    CHECK_EQUAL(before, PER_LINUX);
    CHECK_EQUAL(CALL(personality, (unsigned long)ADDR_NO_RANDOMIZE), before);
    CHECK_EQUAL(CALL(personality, 0xffffffffUL), ADDR_NO_RANDOMIZE);
    CHECK_EQUAL(CALL(personality, (unsigned long)before), ADDR_NO_RANDOMIZE);
    CHECK_EQUAL(CALL(personality, 0xffffffffUL), before);
}

CASE(the_processor_and_its_node) {
    unsigned cpu = 99, node = 99;
    CHECK_EQUAL(CALL(getcpu, &cpu, &node, NULL), 0);
    CHECK(cpu < sysconf(_SC_NPROCESSORS_CONF));
    CHECK_EQUAL(node, 0);
    CHECK_EQUAL(CALL(getcpu, NULL, NULL, NULL), 0);
    CHECK_ERRNO(CALL(getcpu, page_before_hole() + PAGE, NULL, NULL), EFAULT);
    CHECK_ERRNO(CALL(getcpu, NULL, page_before_hole() + PAGE, NULL), EFAULT);
}

// A class and a level of it (ioprio_set(2)).
static long priority(long class, long level) { return class << 13 | level; }

CASE(priorities_of_input_and_output) {
    CHECK_EQUAL(CALL(ioprio_set, 1, 0, priority(2, 3)), 0);
    CHECK_EQUAL(CALL(ioprio_get, 1, 0), priority(2, 3));
    CHECK_EQUAL(CALL(ioprio_get, 1, getpid()), priority(2, 3));
    CHECK_EQUAL(CALL(ioprio_set, 1, 0, priority(3, 0)), 0);
    CHECK_EQUAL(CALL(ioprio_get, 1, 0), priority(3, 0));
    CHECK_EQUAL(CALL(ioprio_set, 1, 0, priority(1, 7)), 0);
    CHECK_EQUAL(CALL(ioprio_set, 1, 0, priority(2, 4)), 0);
    CHECK_ERRNO(CALL(ioprio_set, 1, 0, priority(0, 1)), EINVAL);
    CHECK_ERRNO(CALL(ioprio_set, 1, 0, priority(4, 0)), EINVAL);
    CHECK_ERRNO(CALL(ioprio_set, 9, 0, priority(2, 0)), EINVAL);
    CHECK_ERRNO(CALL(ioprio_get, 9, 0), EINVAL);
    CHECK_ERRNO(CALL(ioprio_get, 1, 3999999), ESRCH);
    CHECK_ERRNO(CALL(ioprio_set, 1, 3999999, priority(2, 0)), ESRCH);
    CHECK_ERRNO(CALL(ioprio_get, 1, -1), ESRCH);
}

CASE(memory_is_locked) {
    char *pages = new_pages(4);
    CHECK_EQUAL(CALL(mlock, pages, 4 * PAGE), 0);
    CHECK_EQUAL(CALL(munlock, pages, 4 * PAGE), 0);
    CHECK_EQUAL(CALL(mlock2, pages + 5, 2 * PAGE, 1), 0);
    CHECK_EQUAL(CALL(munlock, pages + 5, 2 * PAGE), 0);
    CHECK_EQUAL(CALL(mlock, pages, 0L), 0);
    CHECK_EQUAL(CALL(munlock, pages, 0L), 0);
    CHECK_ERRNO(CALL(mlock2, pages, PAGE, 2), EINVAL);
    CHECK_EQUAL(CALL(mlockall, 5L), 0);
    CHECK_EQUAL(CALL(munlockall), 0);
    CHECK_ERRNO(CALL(mlockall, 4L), EINVAL);
    munmap(pages + 2 * PAGE, PAGE);
    CHECK_ERRNO(CALL(mlock, pages, 4 * PAGE), ENOMEM);
    CHECK_ERRNO(CALL(munlock, pages, 4 * PAGE), ENOMEM);
    CHECK_ERRNO(CALL(mlock2, pages, 4 * PAGE, 0), ENOMEM);
    CHECK_ERRNO(CALL(mlock, pages, -PAGE), EINVAL);
    CHECK_ERRNO(CALL(munlock, pages, -PAGE), EINVAL);
    CHECK_ERRNO(CALL(mlock, 0x7fffffffe000, 1UL << 20), ENOMEM);
    CHECK_EQUAL(CALL(munlockall), 0);
}

static long faults(int who) {
    struct rusage usage;
    CHECK_EQUAL(getrusage(who, &usage), 0);
    return usage.ru_minflt;
}

CASE(page_faults_are_counted) {
    volatile char *pages = new_pages(64);
    CHECK_EQUAL(madvise((void *)pages, 64 * PAGE, MADV_NOHUGEPAGE), 0);
    long process = faults(RUSAGE_SELF), thread = faults(RUSAGE_THREAD);
    CHECK(process > 0 && thread > 0 && thread <= process);
    for (int i = 0; i < 64; i++) pages[i * PAGE] = 1;
    CHECK(faults(RUSAGE_THREAD) - thread >= 4);
    CHECK(faults(RUSAGE_THREAD) - thread <= 80);
    CHECK(faults(RUSAGE_SELF) - process >= 4);
    CHECK_EQUAL(faults(RUSAGE_CHILDREN), 0);
}

CASE(a_process_leads_or_follows) {
    CHECK_EQUAL(getpgrp(), getpgid(0));
    CHECK_EQUAL(getsid(0), getsid(getpid()));
    if (getpgrp() == getpid()) CHECK_ERRNO(CALL(setsid), EPERM);
    if (getsid(0) == getpid()) CHECK_ERRNO(setpgid(0, 0), EPERM);
    CHECK_ERRNO(setpgid(3999999, 0), ESRCH);
    CHECK_ERRNO(setpgid(0, -1), EINVAL);
}

CASE(addresses_that_the_kernel_keeps) {
    int word = 0;
    void *head = NULL;
    size_t length = 0;
    CHECK_EQUAL(CALL(set_tid_address, &word), gettid());
    CHECK_EQUAL(CALL(set_tid_address, NULL), gettid());
    CHECK_EQUAL(CALL(get_robust_list, 0, &head, &length), 0);
    CHECK_EQUAL(length, 24);
    CHECK_EQUAL(CALL(get_robust_list, gettid(), &head, &length), 0);
    CHECK_ERRNO(CALL(get_robust_list, 3999999, &head, &length), ESRCH);
    CHECK_ERRNO(CALL(get_robust_list, 0, page_before_hole() + PAGE, &length), EFAULT);
    CHECK_ERRNO(CALL(get_robust_list, 0, &head, page_before_hole() + PAGE), EFAULT);
    // Nothing waits to be started again.
    CHECK_ERRNO(CALL(restart_syscall), EINTR);
}

CASE(priorities_have_a_range) {
    CHECK_EQUAL(CALL(sched_get_priority_min, 1), 1);
    CHECK_EQUAL(CALL(sched_get_priority_max, 1), 99);
    CHECK_EQUAL(CALL(sched_get_priority_min, 0), 0);
    CHECK_ERRNO(CALL(sched_get_priority_min, 99), EINVAL);
    CHECK_ERRNO(CALL(sched_get_priority_min, -1), EINVAL);
}

CASE(nobody_to_wait_for) {
    siginfo_t info;
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, &info, WEXITED, NULL), ECHILD);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, NULL, WEXITED | WNOHANG, NULL), ECHILD);
    CHECK_ERRNO(CALL(waitid, P_PID, 3999999, &info, WEXITED, NULL), ECHILD);
    CHECK_ERRNO(CALL(waitid, P_PGID, 0, &info, WEXITED, NULL), ECHILD);
    // What would have been told is nothing, and is told even so.
    memset(&info, 0xff, sizeof info);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, &info, WEXITED, NULL), ECHILD);
    CHECK_EQUAL(info.si_signo, 0);
    CHECK_EQUAL(info.si_pid, 0);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, page_before_hole() + PAGE, WEXITED, NULL), EFAULT);
    CHECK_ERRNO(CALL(waitid, 9, 0, page_before_hole() + PAGE, WEXITED, NULL), EFAULT);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, &info, 0, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, &info, WNOHANG, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, P_ALL, 0, &info, WEXITED | 0x100, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, 9, 0, &info, WEXITED, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, P_PID, 0, &info, WEXITED, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, P_PID, -1, &info, WEXITED, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, P_PGID, -1, &info, WEXITED, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, 3 /* P_PIDFD */, -1, &info, WEXITED, NULL), EINVAL);
    CHECK_ERRNO(CALL(waitid, 3, 99, &info, WEXITED, NULL), EBADF);
    CHECK_ERRNO(CALL(waitid, 3, 1, &info, WEXITED, NULL), EBADF);
    int process = (int)CALL(pidfd_open, getpid(), 0);
    CHECK_ERRNO(CALL(waitid, 3, process, &info, WEXITED, NULL), ECHILD);
    CHECK_ERRNO(CALL(wait4, 3999999, NULL, 0, NULL), ECHILD);
    CHECK_ERRNO(CALL(wait4, -0x80000000L, NULL, 0, NULL), ESRCH);
}
