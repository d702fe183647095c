// SPDX-License-Identifier: Apache-2.0
//
// What rt_sigaction(2) keeps of an action: flags that it knows, and not those that it does not, so that programs can
// find out (sigaction(2), "Dynamically probing for flag bit support"); what is left of a one-shot action.

#include "case.h"

struct action { void *handler; unsigned long flags; void *restorer; uint64_t mask; };

static long act(int number, const struct action *new, struct action *old) {
    return syscall(SYS_rt_sigaction, number, new, old, 8L);
}

static volatile int seen;
static void note(int number) { seen = number; }

// What is kept of these flags.
static unsigned long kept(unsigned long flags) {
    struct action new = {.handler = SIG_IGN, .flags = flags}, old = {0};
    CHECK_EQUAL(act(SIGUSR1, &new, NULL), 0);
    CHECK_EQUAL(act(SIGUSR1, NULL, &old), 0);
    CHECK(old.handler == SIG_IGN);
    return old.flags;
}

CASE(known_flags_are_kept) {
    static const unsigned long known[] = {
        SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO, 0x800 /* SA_EXPOSE_TAGBITS */, 0x04000000 /* SA_RESTORER */,
        SA_ONSTACK, SA_RESTART, SA_NODEFER, SA_RESETHAND,
    };
    unsigned long all = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        CHECK_EQUAL(kept((unsigned)known[i]), (unsigned)known[i]);
        all |= (unsigned)known[i];
    }
    CHECK_EQUAL(kept(all), all);
}

CASE(unknown_flags_are_dropped) {
    CHECK_EQUAL(kept(0x400 /* SA_UNSUPPORTED */), 0);
    CHECK_EQUAL(kept(SA_RESTART | 0x400), SA_RESTART);
    CHECK_EQUAL(kept(8 | 16 | 0x1000 | 0x01000000 | 0x02000000), 0);
    CHECK_EQUAL(kept(0xffffffff00000000UL | SA_RESTART), SA_RESTART);
}

CASE(the_mask_and_the_restorer_are_kept) {
    struct action new = {note, 0x04000000, (void *)0x12345, ~0UL}, old = {0};
    CHECK_EQUAL(act(SIGUSR1, &new, NULL), 0);
    CHECK_EQUAL(act(SIGUSR1, NULL, &old), 0);
    CHECK(old.handler == (void *)note);
    CHECK_EQUAL(old.restorer, 0x12345);
    CHECK_EQUAL(old.mask, ~0UL & ~(1UL << (SIGKILL - 1)) & ~(1UL << (SIGSTOP - 1)));
}

CASE(a_one_shot_action_loses_its_handler_alone) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESETHAND | SA_NODEFER | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR2);
    CHECK_EQUAL(sigaction(SIGUSR1, &action, NULL), 0);
    struct action before, after;
    CHECK_EQUAL(act(SIGUSR1, NULL, &before), 0);
    seen = 0;
    raise(SIGUSR1);
    CHECK_EQUAL(seen, SIGUSR1);
    CHECK_EQUAL(act(SIGUSR1, NULL, &after), 0);
    CHECK(after.handler == SIG_DFL);
    CHECK_EQUAL(after.flags, before.flags);
    CHECK_EQUAL(after.mask, before.mask);
    CHECK_EQUAL(after.restorer, before.restorer);
}

CASE(real_time_signals_are_one_shot_too) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESETHAND};
    int number = SIGRTMIN + 3;
    CHECK_EQUAL(sigaction(number, &action, NULL), 0);
    raise(number);
    CHECK_EQUAL(seen, number);
    struct action after;
    CHECK_EQUAL(act(number, NULL, &after), 0);
    CHECK(after.handler == SIG_DFL);
    CHECK_EQUAL(after.flags & (unsigned)SA_RESETHAND, (unsigned)SA_RESETHAND);
}
