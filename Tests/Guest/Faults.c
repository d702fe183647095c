// SPDX-License-Identifier: Apache-2.0
//
// What a program does wrong comes back to it as a signal that says what and where, and it can go on.

#include "case.h"
#include <ucontext.h>

static sigjmp_buf after_fault;
static volatile int fault_signal, fault_code;
static void *volatile fault_address;

static void note_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    fault_signal = number;
    fault_code = info->si_code;
    fault_address = info->si_addr;
    siglongjmp(after_fault, 1);
}

static void catch_faults(void) {
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    for (int i = 0; i < 5; i++) {
        struct sigaction action = {.sa_sigaction = note_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigaction(numbers[i], &action, NULL);
    }
    fault_signal = 0;
}

// What a piece of code ends with.
#define CHECK_FAULT(signal, code, ...)                                                               \
    do {                                                                                             \
        catch_faults();                                                                              \
        if (sigsetjmp(after_fault, 1) == 0) { __VA_ARGS__; }                                         \
        CHECK_EQUAL(fault_signal, signal);                                                           \
        CHECK_EQUAL(fault_code, code);                                                               \
    } while (0)

CASE(privileged_instructions) {
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("hlt"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("cli"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("sti"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("inb $0x60, %%al" ::: "al"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("outb %%al, $0x80" ::));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("movq %%cr3, %%rax" ::: "rax"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("movl $0x10, %%ecx\n rdmsr" ::: "rax", "rcx", "rdx"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("swapgs"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("invlpg (%%rsp)" ::));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("lgdt (%%rsp)" ::));
}

CASE(interrupts_by_instruction) {
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("int $0x20"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("int $14"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("int $255"));
}

// A return to where nobody came from: what is on the stack names no segment.
CASE(returns_from_what_did_not_happen) {
    CHECK_FAULT(SIGSEGV, SI_KERNEL,
                __asm__ volatile("pushq $0\n pushq $0\n pushq $0\n pushq $0\n pushq $0\n iretq" ::: "memory"));
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("pushq $0\n pushq $0\n lretq" ::: "memory"));
}

CASE(null) {
    CHECK_FAULT(SIGSEGV, SEGV_MAPERR, *(volatile int *)16 = 1);
    CHECK(fault_address == (void *)16);
    CHECK_FAULT(SIGSEGV, SEGV_MAPERR, ((void (*)(void))16)());
    CHECK(fault_address == (void *)16);
}

CASE(addresses_that_are_not_canonical) {
    CHECK_FAULT(SIGSEGV, SI_KERNEL, *(volatile int *)0x8000000000000000 = 1);
    CHECK_FAULT(SIGSEGV, SI_KERNEL, __asm__ volatile("jmp *%0" ::"r"(0x1234567812345678)));
}

CASE(the_upper_half) {
    catch_faults();
    if (sigsetjmp(after_fault, 1) == 0) *(volatile int *)0xffffffff80000000 = 1;
    CHECK_EQUAL(fault_signal, SIGSEGV);
}

CASE(what_is_no_instruction) {
    CHECK_FAULT(SIGILL, ILL_ILLOPN, __asm__ volatile("ud2"));
}

CASE(division) {
    volatile int zero = 0, one = 1;
    CHECK_FAULT(SIGFPE, FPE_INTDIV, __asm__ volatile("cltd\n idivl %1" ::"a"(one), "r"(zero) : "edx"));
    volatile int smallest = INT32_MIN, minus = -1;
    CHECK_FAULT(SIGFPE, FPE_INTDIV, __asm__ volatile("cltd\n idivl %1" ::"a"(smallest), "r"(minus) : "edx"));
}

// By the x87 unit: QEMU's translator raises no exceptions of SSE.
CASE(floating_point) {
    unsigned short control = 0x037f & ~4;  // division by zero unmasked
    CHECK_FAULT(SIGFPE, FPE_FLTDIV,
                __asm__ volatile("fninit\n fldcw %0\n fld1\n fldz\n fdivrp\n fwait" ::"m"(control)));
    __asm__ volatile("fninit");
    volatile double zero = 0;
    CHECK(1 / zero > 1e300);
}

CASE(breakpoints_and_steps) {
    CHECK_FAULT(SIGTRAP, SI_KERNEL, __asm__ volatile("int3"));
    CHECK_FAULT(SIGTRAP, TRAP_TRACE,
                __asm__ volatile("pushfq\n orq $0x100, (%%rsp)\n popfq\n nop\n nop" ::: "cc", "memory"));
}

CASE(alignment_is_not_checked) {
    catch_faults();
    char bytes[16] = {1, 2, 3, 4, 5};
    CHECK_EQUAL(*(volatile int *)(bytes + 1), 0x05040302);
}

// About 100 bytes of stack for each call.
__attribute__((noinline)) static int recurse(int depth) {
    volatile char space[64];
    space[0] = (char)depth;
    return recurse(depth + 1) + space[0];
}

CASE(an_endless_recursion_is_caught_on_the_other_stack) {
    catch_faults();
    if (sigsetjmp(after_fault, 1) == 0) recurse(0);
    CHECK_EQUAL(fault_signal, SIGSEGV);
    char here;
    CHECK((uintptr_t)fault_address < (uintptr_t)&here);
}

static void skip_instruction(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    ucontext_t *state = context;
    state->uc_mcontext.gregs[REG_RIP] += 3;  // movq (%rax), %rbx
    state->uc_mcontext.gregs[REG_RBX] = 4711;
}

CASE(a_handler_repairs_and_goes_on) {
    struct sigaction action = {.sa_sigaction = skip_instruction, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    long result;
    __asm__ volatile("movq (%%rax), %%rbx\n movq %%rbx, %0" : "=r"(result) : "a"(8L) : "rbx");
    CHECK_EQUAL(result, 4711);
}

static void map_the_page(int number, siginfo_t *info, void *context) {
    (void)number, (void)context;
    char *page = (char *)((uintptr_t)info->si_addr & ~(PAGE - 1));
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

CASE(a_handler_can_supply_the_page) {
    char *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {.sa_sigaction = map_the_page, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    page[100] = 5;
    CHECK_EQUAL(page[100], 5);
}

static volatile long told_trap, told_address, told_error;

static void note_context(int number, siginfo_t *info, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    told_trap = registers[REG_TRAPNO];
    told_address = registers[REG_CR2];
    told_error = registers[REG_ERR];
    note_fault(number, info, context);
}

CASE(the_context_tells_the_fault) {
    catch_faults();
    struct sigaction action = {.sa_sigaction = note_context, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(after_fault, 1) == 0) *(volatile char *)0x1234 = 1;
    CHECK(fault_address == (void *)0x1234);
    CHECK_EQUAL(told_trap, 14);
    CHECK_EQUAL(told_address, 0x1234);
    CHECK_EQUAL(told_error, 6);  // a program's write to a page that is not there
}

CASE(after_all_that_flags_and_stack_are_sane) {
    unsigned long flags;
    __asm__ volatile("pushfq\n popq %0" : "=r"(flags));
    CHECK_EQUAL(flags & 0x200, 0x200);  // interrupts
    CHECK_EQUAL(flags & 0x100, 0);      // single step
    CHECK_EQUAL(flags & 0x400, 0);      // direction
}
