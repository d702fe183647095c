/* SPDX-License-Identifier: Apache-2.0
 *
 * x86-64 (Intel SDM, AMD APM): what the assembly in x86_64/ and the Swift in Arch/x86_64 share. The offsets in
 * x86_64/offsets.h follow the structures here; static assertions in x86_64/check.c hold them together.
 */
#pragma once

/* The registers of an interrupted program, as the entry code pushes them: lowest address first. */
struct machine_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx;             /* preserved by calls */
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi; /* not preserved */
    uint64_t vector;                                    /* 0x100 for a system call */
    uint64_t error;                                     /* error code, or the system call's number */
    uint64_t rip, cs, rflags, rsp, ss;                  /* as iretq takes them */
};

/* Free heap blocks of one size, ready to be handed out. */
struct machine_heap_cache { void *_Nullable head; uint64_t count; };

/* One CPU's own data, at GS:0 while the CPU runs the kernel. */
struct machine_cpu {
    struct machine_cpu *this;
    uint64_t kernel_stack;       /* where system calls and traps from programs begin */
    uint64_t program_stack;      /* scratch of the system call entry */
    uint32_t pending;            /* work to look at before a program runs again: MACHINE_PENDING_… */
    uint32_t preemption_depth;   /* above 0: do not switch threads */
    void *current_thread;        /* the Scheduler's, not retained */
    uint32_t index;
    uint32_t interrupt_depth;    /* above 0: in a hard interrupt */
    void *current_body;          /* what the current thread runs: system calls get it; not retained */
    uint64_t program_frame;      /* the machine_frame of the current thread's program */
    uint64_t gdt[8];
    struct { uint32_t reserved0; uint64_t rsp[3]; uint64_t reserved1; uint64_t ist[7]; uint64_t reserved2;
             uint16_t reserved3, io_map; } __attribute__((packed)) tss;
    uint32_t hardware_id;        /* what interrupt messages call it: the local APIC's identifier */
    void *loaded;                /* whose program state is in the registers: ThreadContext's */
    uint64_t active_root;        /* the page tables that CR3 names; written before CR3 is */
    uint64_t interrupts_due;     /* deferred work of interrupts, a bit for each handler */
    uint32_t runs_deferred_work;
    uint32_t rests, forgot;      /* runs no program; translations were changed meanwhile (Translations) */
    struct machine_heap_cache heap_caches[24];
    /* Where this CPU was when another one asked (CPUSample): answered by a non-maskable interrupt. */
    uint32_t sample_wanted, sample_in_program;
    uint64_t sample_place, sample_trace[16];
    uint32_t called;             /* another CPU waits to see that it takes interrupts */
    uint32_t section;            /* how many sections have begun and ended (CPUs+Sections) */
    struct machine_frame_cache frame_cache; /* others look into it, too */
};

enum {
    MACHINE_PENDING_RESCHEDULE = 1,
    MACHINE_PENDING_SIGNAL = 2,
    MACHINE_PENDING_DEFERRED = 4,
    MACHINE_PENDING_FULL_RETURN = 8, /* the whole frame must be reloaded */
};

MACHINE_INLINE uintptr_t machine_cpu_tss(const struct machine_cpu *c) { return (uintptr_t)&c->tss; }
MACHINE_INLINE uintptr_t machine_cpu_rests(const struct machine_cpu *c) { return (uintptr_t)&c->rests; }
MACHINE_INLINE uintptr_t machine_cpu_forgot(const struct machine_cpu *c) { return (uintptr_t)&c->forgot; }
MACHINE_INLINE uintptr_t machine_cpu_section(const struct machine_cpu *c) { return (uintptr_t)&c->section; }
MACHINE_INLINE uintptr_t machine_cpu_called(const struct machine_cpu *c) { return (uintptr_t)&c->called; }
MACHINE_INLINE uintptr_t machine_cpu_sample_wanted(const struct machine_cpu *c) { return (uintptr_t)&c->sample_wanted; }
MACHINE_INLINE uintptr_t machine_cpu_active_root(const struct machine_cpu *c) { return (uintptr_t)&c->active_root; }
MACHINE_INLINE uintptr_t machine_cpu_gdt(const struct machine_cpu *c) { return (uintptr_t)&c->gdt; }

#define MACHINE_ASM __asm__ volatile

/* Volatile: between two calls the thread may have moved. What is read through it belongs to the thread only while
 * preemption is off. */
MACHINE_INLINE struct machine_cpu *_Nonnull machine_this_cpu(void) {
    struct machine_cpu *c; MACHINE_ASM("movq %%gs:0, %0" : "=r"(c)); return c; }
MACHINE_INLINE void *machine_current_thread(void) { void *t; MACHINE_ASM("movq %%gs:32, %0" : "=r"(t)); return t; }
MACHINE_INLINE uint32_t machine_cpu_index(void) { uint32_t i; MACHINE_ASM("movl %%gs:40, %0" : "=r"(i)); return i; }
/* One instruction each, so that neither an interrupt nor a move to another CPU comes between. */
MACHINE_INLINE uint32_t machine_pending(void) { uint32_t p; MACHINE_ASM("movl %%gs:24, %0" : "=r"(p) :: "memory"); return p; }
MACHINE_INLINE void machine_pending_add(uint32_t p) { MACHINE_ASM("orl %0, %%gs:24" :: "ri"(p) : "memory", "cc"); }
MACHINE_INLINE void machine_pending_remove(uint32_t p) { MACHINE_ASM("andl %0, %%gs:24" :: "ri"(~p) : "memory", "cc"); }
/* The lock prefix is a fence: no load of the section comes before it. Stores keep their order anyway. */
MACHINE_INLINE void machine_section_begin(void) {
    MACHINE_ASM("lock incl %%gs:%c0" :: "i"(offsetof(struct machine_cpu, section)) : "memory", "cc"); }
MACHINE_INLINE void machine_section_end(void) {
    MACHINE_ASM("incl %%gs:%c0" :: "i"(offsetof(struct machine_cpu, section)) : "memory", "cc"); }
MACHINE_INLINE uint32_t machine_preemption_depth(void) { uint32_t d; MACHINE_ASM("movl %%gs:28, %0" : "=r"(d) :: "memory"); return d; }
/* The running CPU's; preemption is off. */
MACHINE_INLINE struct machine_heap_cache *_Nonnull machine_heap_cache(uintptr_t size_class) {
    return &machine_this_cpu()->heap_caches[size_class]; }
MACHINE_INLINE struct machine_frame_cache *_Nonnull machine_frame_cache_of(struct machine_cpu *_Nonnull c) { return &c->frame_cache; }
MACHINE_INLINE struct machine_frame_cache *_Nonnull machine_frame_cache_here(void) { return &machine_this_cpu()->frame_cache; }
MACHINE_INLINE void *machine_current_body(void) { void *b; MACHINE_ASM("movq %%gs:48, %0" : "=r"(b)); return b; }
/* In one instruction: between naming the CPU and asking it, the thread could have moved to another one. */
MACHINE_INLINE uint64_t machine_program_frame(void) { uint64_t f; MACHINE_ASM("movq %%gs:56, %0" : "=r"(f)); return f; }
MACHINE_INLINE uint64_t machine_interrupts_save(void) {
    uint64_t f; MACHINE_ASM("pushfq; popq %0; cli" : "=r"(f) :: "memory"); return f; }
MACHINE_INLINE void machine_interrupts_restore(uint64_t f) { MACHINE_ASM("pushq %0; popfq" :: "r"(f) : "memory", "cc"); }
MACHINE_INLINE void machine_interrupts_enable(void) { MACHINE_ASM("sti" ::: "memory"); }
MACHINE_INLINE void machine_interrupts_disable(void) { MACHINE_ASM("cli" ::: "memory"); }
/* sti takes effect after the next instruction: no interrupt falls between the last look and the halt. */
MACHINE_INLINE void machine_wait_for_interrupt(void) { MACHINE_ASM("sti; hlt; cli" ::: "memory"); }
MACHINE_INLINE void machine_halt(void) { MACHINE_ASM("hlt" ::: "memory"); }
MACHINE_INLINE void machine_trigger_breakpoint(void) { MACHINE_ASM("int3" ::: "memory"); }
/* Where this is inlined: what a checked image shows of who took a lock. */
MACHINE_INLINE uintptr_t machine_place(void) { uintptr_t p; MACHINE_ASM("leaq 0(%%rip), %0" : "=r"(p)); return p; }
MACHINE_INLINE void machine_relax(void) { MACHINE_ASM("pause"); }
MACHINE_INLINE void machine_fence(void) { MACHINE_ASM("mfence" ::: "memory"); }
MACHINE_INLINE void machine_preemption_disable(void) { MACHINE_ASM("incl %%gs:28" ::: "memory", "cc"); }
MACHINE_INLINE void machine_preemption_leave(void) { MACHINE_ASM("decl %%gs:28" ::: "memory", "cc"); }
MACHINE_INLINE uint32_t machine_preemption_enable(void) {
    MACHINE_ASM("decl %%gs:28" ::: "memory", "cc"); uint32_t d; MACHINE_ASM("movl %%gs:28, %0" : "=r"(d)); return d; }
MACHINE_INLINE uint64_t machine_counter(void) {
    uint32_t l, h; MACHINE_ASM("rdtsc" : "=a"(l), "=d"(h)); return (uint64_t)h << 32 | l; }

/* (high:low) / divisor, high < divisor: the instruction, where the compiler would call __udivti3 of its library. */
MACHINE_INLINE uint64_t machine_divide(uint64_t high, uint64_t low, uint64_t divisor) {
    uint64_t q, r; __asm__("divq %4" : "=a"(q), "=d"(r) : "a"(low), "d"(high), "r"(divisor) : "cc"); return q; }

MACHINE_INLINE void machine_out8(uint16_t p, uint8_t v) { MACHINE_ASM("outb %0, %1" :: "a"(v), "Nd"(p)); }
MACHINE_INLINE void machine_out16(uint16_t p, uint16_t v) { MACHINE_ASM("outw %0, %1" :: "a"(v), "Nd"(p)); }
MACHINE_INLINE void machine_out32(uint16_t p, uint32_t v) { MACHINE_ASM("outl %0, %1" :: "a"(v), "Nd"(p)); }
MACHINE_INLINE uint8_t machine_in8(uint16_t p) { uint8_t v; MACHINE_ASM("inb %1, %0" : "=a"(v) : "Nd"(p)); return v; }
MACHINE_INLINE uint16_t machine_in16(uint16_t p) { uint16_t v; MACHINE_ASM("inw %1, %0" : "=a"(v) : "Nd"(p)); return v; }
MACHINE_INLINE uint32_t machine_in32(uint16_t p) { uint32_t v; MACHINE_ASM("inl %1, %0" : "=a"(v) : "Nd"(p)); return v; }

MACHINE_INLINE uint64_t machine_read_msr(uint32_t m) {
    uint32_t l, h; MACHINE_ASM("rdmsr" : "=a"(l), "=d"(h) : "c"(m)); return (uint64_t)h << 32 | l; }
MACHINE_INLINE void machine_write_msr(uint32_t m, uint64_t v) {
    MACHINE_ASM("wrmsr" :: "c"(m), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory"); }
struct machine_cpuid { uint32_t eax, ebx, ecx, edx; };
MACHINE_INLINE struct machine_cpuid machine_cpuid(uint32_t leaf, uint32_t sub) {
    struct machine_cpuid r; __asm__("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(sub));
    return r; }
/* 0 when the generator had nothing; the carry flag is the verdict (SDM vol. 2, RDRAND, RDSEED). */
MACHINE_INLINE bool machine_rdrand(uint64_t *v) { bool ok; MACHINE_ASM("rdrand %0; setc %1" : "=r"(*v), "=q"(ok) :: "cc"); return ok; }
MACHINE_INLINE bool machine_rdseed(uint64_t *v) { bool ok; MACHINE_ASM("rdseed %0; setc %1" : "=r"(*v), "=q"(ok) :: "cc"); return ok; }

MACHINE_INLINE uint64_t machine_read_cr0(void) { uint64_t v; MACHINE_ASM("movq %%cr0, %0" : "=r"(v)); return v; }
MACHINE_INLINE void machine_write_cr0(uint64_t v) { MACHINE_ASM("movq %0, %%cr0" :: "r"(v) : "memory"); }
MACHINE_INLINE uint64_t machine_read_cr2(void) { uint64_t v; MACHINE_ASM("movq %%cr2, %0" : "=r"(v)); return v; }
MACHINE_INLINE uint64_t machine_read_cr3(void) { uint64_t v; MACHINE_ASM("movq %%cr3, %0" : "=r"(v)); return v; }
MACHINE_INLINE void machine_write_cr3(uint64_t v) { MACHINE_ASM("movq %0, %%cr3" :: "r"(v) : "memory"); }
MACHINE_INLINE uint64_t machine_read_cr4(void) { uint64_t v; MACHINE_ASM("movq %%cr4, %0" : "=r"(v)); return v; }
MACHINE_INLINE void machine_write_cr4(uint64_t v) { MACHINE_ASM("movq %0, %%cr4" :: "r"(v) : "memory"); }
MACHINE_INLINE void machine_set_task_switched(void) { MACHINE_ASM("movq %%cr0, %%rax; orq $8, %%rax; movq %%rax, %%cr0" ::: "rax", "memory"); }
MACHINE_INLINE void machine_clear_task_switched(void) { MACHINE_ASM("clts" ::: "memory"); }
MACHINE_INLINE void machine_write_xcr0(uint64_t v) {
    MACHINE_ASM("xsetbv" :: "c"(0), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory"); }
MACHINE_INLINE void machine_xsave(void *area) { MACHINE_ASM("xsave64 (%0)" :: "r"(area), "a"(-1), "d"(-1) : "memory"); }
MACHINE_INLINE void machine_xrstor(const void *area) { MACHINE_ASM("xrstor64 (%0)" :: "r"(area), "a"(-1), "d"(-1) : "memory"); }
MACHINE_INLINE void machine_fxsave(void *area) { MACHINE_ASM("fxsave64 (%0)" :: "r"(area) : "memory"); }
MACHINE_INLINE void machine_fxrstor(const void *area) { MACHINE_ASM("fxrstor64 (%0)" :: "r"(area) : "memory"); }
/* What an x87 and what an SSE exception was: pending flags that are not masked (SDM vol. 1 §8.1, §11.6.6). */
MACHINE_INLINE uint32_t machine_x87_exceptions(void) {
    uint16_t status, control; MACHINE_ASM("fnstsw %0; fnstcw %1" : "=m"(status), "=m"(control));
    return status & ~control & 0x3f; }
MACHINE_INLINE uint32_t machine_sse_exceptions(void) {
    uint32_t state; MACHINE_ASM("stmxcsr %0" : "=m"(state)); return state & ~(state >> 7) & 0x3f; }
MACHINE_INLINE void machine_write_fs_base(uint64_t v) { MACHINE_ASM("wrfsbase %0" :: "r"(v) : "memory"); }
MACHINE_INLINE uint64_t machine_read_fs_base(void) { uint64_t v; MACHINE_ASM("rdfsbase %0" : "=r"(v)); return v; }
MACHINE_INLINE void machine_flush_address(uintptr_t a) { MACHINE_ASM("invlpg (%0)" :: "r"(a) : "memory"); }

/* rep stosq: 8 bytes a step, for an emulator counts each step (and real CPUs take it at full width). */
MACHINE_INLINE void machine_clear_pages(void *p, size_t bytes) {
    size_t n = bytes / 8; MACHINE_ASM("rep stosq" : "+D"(p), "+c"(n) : "a"(0) : "memory"); }
MACHINE_INLINE void machine_copy_page(void *to, const void *from) {
    size_t n = 512; MACHINE_ASM("rep movsq" : "+D"(to), "+S"(from), "+c"(n) :: "memory"); }

struct machine_table_register { uint16_t limit; uint64_t base; } __attribute__((packed));
MACHINE_INLINE void machine_load_idt(const void *base, uint16_t limit) {
    struct machine_table_register r = {limit, (uint64_t)base}; MACHINE_ASM("lidt %0" :: "m"(r) : "memory"); }
/* Loads the GDT, and CS and SS from it; the other selectors are null in long mode. */
void machine_load_gdt(const void *base, uint16_t limit);
/* No table of local descriptors: what it is after a reset would be memory at address 0. */
MACHINE_INLINE void machine_clear_local_table(void) { MACHINE_ASM("lldt %w0" :: "r"(0) : "memory"); }
MACHINE_INLINE void machine_load_task_register(uint16_t s) { MACHINE_ASM("ltr %0" :: "r"(s) : "memory"); }

/* The direct way of system calls (system_call.S): a handler for each number below `limit`; 0 while calls are held. */
struct machine_calls { uint64_t limit; uint32_t count, held; };
extern struct machine_calls machine_calls;
extern uintptr_t machine_call_handlers[512];
void machine_call_unbound(void);
MACHINE_INLINE void machine_calls_open(uint32_t count) {
    void *p = machine_call_handlers; size_t n = 512;
    MACHINE_ASM("rep stosq" : "+D"(p), "+c"(n) : "a"(machine_call_unbound) : "memory");
    machine_calls.count = count; machine_calls.limit = machine_calls.held ? 0 : count; }
MACHINE_INLINE void machine_calls_bind(uint32_t number, uintptr_t handler) { machine_call_handlers[number & 511] = handler; }

/* x86_64/*.S */
void machine_switch(uint64_t *save_stack, uint64_t next_stack);
void machine_thread_start(void);       /* r12 = entry, r13 = argument: the first thing a new thread runs */
void machine_enter_program(const struct machine_frame *frame) __attribute__((noreturn));
void machine_system_call_entry(void);
/* Bytes not copied (0 = all): stops at the first address that cannot be reached. Opens SMAP while it runs. */
size_t machine_copy_user(void *to, const void *from, size_t count);
size_t machine_clear_user(void *to, size_t count);
/* 0: exchanged; 1: the word held something else, which is in `expected` now; 2: it cannot be reached. */
size_t machine_exchange_user32(void *word, uint32_t *expected, uint32_t desired);
struct machine_user_word { uint64_t value, missed; };
size_t machine_store_user32(void *word, uint32_t value);
size_t machine_store_user64(void *word, uint64_t value);
struct machine_user_word machine_load_user32(const void *word);
struct machine_user_word machine_load_user64(const void *word);

#define MACHINE_START_CPU_PAGE 0x8000
#define MACHINE_TRAP_VECTORS 128
#define MACHINE_TRAP_STUB_SIZE 8
extern const char machine_trap_stubs[];
extern const char machine_trap_with_error[], machine_trap_without_error[], machine_trap_anywhere[], machine_trap_anywhere_without_error[];
extern char image_start[], image_text_end[], image_rodata_end[], image_bss_start[], image_end[];
struct machine_user_access { int32_t instruction, recovery; };
extern const struct machine_user_access user_access_table_start[], user_access_table_end[];

extern const char machine_vdso[];
MACHINE_INLINE const void *_Nonnull machine_vdso_page(void) { return machine_vdso; }
extern char boot_pml4[], boot_stack[], boot_stack_top[];
extern uint64_t boot_counter;
extern const char smap_sites_start[], smap_sites_end[];
/* start_cpu.S: what a CPU runs first, copied below 1 MiB, and where in it the parameters are. */
extern const char machine_start_cpu[], machine_start_cpu_end[], machine_start_cpu_parameters[];
struct machine_start_parameters { uint64_t stack, cpu, entry; };
MACHINE_INLINE uintptr_t machine_start_cpu_code(void) { return (uintptr_t)machine_start_cpu; }
MACHINE_INLINE uintptr_t machine_start_cpu_size(void) { return (uintptr_t)(machine_start_cpu_end - machine_start_cpu); }
MACHINE_INLINE uintptr_t machine_start_cpu_offset(void) { return (uintptr_t)(machine_start_cpu_parameters - machine_start_cpu); }
MACHINE_INLINE uintptr_t machine_boot_pml4(void) { return (uintptr_t)boot_pml4; }
MACHINE_INLINE uintptr_t machine_boot_stack(void) { return (uintptr_t)boot_stack; }
MACHINE_INLINE uintptr_t machine_boot_stack_top(void) { return (uintptr_t)boot_stack_top; }
MACHINE_INLINE uint64_t machine_boot_counter(void) { return boot_counter; }
MACHINE_INLINE uintptr_t machine_smap_sites_start(void) { return (uintptr_t)smap_sites_start; }
MACHINE_INLINE uintptr_t machine_smap_sites_end(void) { return (uintptr_t)smap_sites_end; }
MACHINE_INLINE uintptr_t machine_user_access_start(void) { return (uintptr_t)user_access_table_start; }
MACHINE_INLINE uintptr_t machine_user_access_end(void) { return (uintptr_t)user_access_table_end; }
MACHINE_INLINE uintptr_t machine_image_start(void) { return (uintptr_t)image_start; }
MACHINE_INLINE uintptr_t machine_image_text_end(void) { return (uintptr_t)image_text_end; }
MACHINE_INLINE uintptr_t machine_image_rodata_end(void) { return (uintptr_t)image_rodata_end; }
MACHINE_INLINE uintptr_t machine_image_end(void) { return (uintptr_t)image_end; }
MACHINE_INLINE uintptr_t machine_trap_with_error_entry(void) { return (uintptr_t)machine_trap_with_error; }
MACHINE_INLINE uintptr_t machine_trap_without_error_entry(void) { return (uintptr_t)machine_trap_without_error; }
MACHINE_INLINE uintptr_t machine_trap_anywhere_entry(void) { return (uintptr_t)machine_trap_anywhere; }
MACHINE_INLINE uintptr_t machine_trap_anywhere_without_error_entry(void) { return (uintptr_t)machine_trap_anywhere_without_error; }
MACHINE_INLINE uintptr_t machine_trap_stub(uint32_t vector) { return (uintptr_t)machine_trap_stubs + MACHINE_TRAP_STUB_SIZE * (uintptr_t)vector; }
MACHINE_INLINE uintptr_t machine_system_call_address(void) { return (uintptr_t)machine_system_call_entry; }
MACHINE_INLINE uintptr_t machine_thread_start_address(void) { return (uintptr_t)machine_thread_start; }
