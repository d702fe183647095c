/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine of unit tests: an ordinary process without devices. The same names as the real architectures, as far as
 * code above Machine/Arch uses them. Every thread of the process has a CPU of its own, so that tests beside each other
 * do not meet; contexts (hosted.c) hand theirs on when they switch. A test may play the interrupts: its hook is called
 * wherever they become possible.
 */
#pragma once

/* Not a real frame: unit tests never enter a program. */
struct machine_frame { uint64_t number, argument[6], result, instruction, stack; };

struct machine_cpu {
    uint32_t pending;
    uint32_t preemption_depth;
    uint32_t interrupts_are_off;
    void *current_thread;
    void *current_body;
    void (*_Nullable interrupt)(void);
    uint64_t counter;
    uint32_t index;
    uint32_t section;
};

struct machine_heap_cache { void *_Nullable head; uint64_t count; };
extern struct machine_heap_cache machine_hosted_heap_caches[24];

extern _Thread_local struct machine_cpu machine_hosted_cpu;

/* Contexts: threads of the process of which one runs at a time. */
struct machine_hosted_context;
struct machine_hosted_context *_Nullable machine_hosted_make(void (*_Nullable entry)(uintptr_t), uintptr_t argument);
void machine_hosted_switch(struct machine_hosted_context *_Nonnull from, struct machine_hosted_context *_Nonnull to);
void machine_hosted_free(struct machine_hosted_context *_Nonnull context);

MACHINE_INLINE struct machine_cpu *_Nonnull machine_this_cpu(void) { return &machine_hosted_cpu; }
MACHINE_INLINE void *machine_current_thread(void) { return machine_hosted_cpu.current_thread; }
MACHINE_INLINE void *machine_current_body(void) { return machine_hosted_cpu.current_body; }
MACHINE_INLINE uint32_t machine_cpu_index(void) { return machine_hosted_cpu.index; }
MACHINE_INLINE uint32_t machine_pending(void) { return machine_hosted_cpu.pending; }
MACHINE_INLINE void machine_pending_add(uint32_t p) { machine_hosted_cpu.pending |= p; }
MACHINE_INLINE void machine_pending_remove(uint32_t p) { machine_hosted_cpu.pending &= ~p; }
MACHINE_INLINE void machine_section_begin(void) { machine_hosted_cpu.section++; }
MACHINE_INLINE void machine_section_end(void) { machine_hosted_cpu.section++; }
MACHINE_INLINE uint32_t machine_preemption_depth(void) { return machine_hosted_cpu.preemption_depth; }
MACHINE_INLINE struct machine_heap_cache *_Nonnull machine_heap_cache(uintptr_t size_class) {
    return &machine_hosted_heap_caches[size_class]; }
extern struct machine_frame_cache machine_hosted_frame_cache;
MACHINE_INLINE struct machine_frame_cache *_Nonnull machine_frame_cache_here(void) { return &machine_hosted_frame_cache; }
struct machine_calls { uint64_t limit; uint32_t count, held; };
extern struct machine_calls machine_calls;
MACHINE_INLINE void machine_calls_open(uint32_t count) { machine_calls.count = count; }
MACHINE_INLINE void machine_calls_bind(uint32_t number, uintptr_t handler) { (void)number; (void)handler; }
/* States are as x86-64's flags have them: bit 9. */
MACHINE_INLINE uint64_t machine_interrupts_save(void) {
    uint64_t state = machine_hosted_cpu.interrupts_are_off ? 0 : 0x200;
    machine_hosted_cpu.interrupts_are_off = 1;
    return state; }
MACHINE_INLINE void machine_interrupts_restore(uint64_t state) {
    if (!(state & 0x200)) return;
    machine_hosted_cpu.interrupts_are_off = 0;
    if (machine_hosted_cpu.interrupt && machine_hosted_cpu.preemption_depth == 0) machine_hosted_cpu.interrupt(); }
MACHINE_INLINE void machine_interrupts_enable(void) { machine_interrupts_restore(0x200); }
MACHINE_INLINE void machine_interrupts_disable(void) { machine_hosted_cpu.interrupts_are_off = 1; }
MACHINE_INLINE void machine_wait_for_interrupt(void) {}
MACHINE_INLINE uintptr_t machine_place(void) { return 0; }
MACHINE_INLINE void machine_relax(void) {}
MACHINE_INLINE void machine_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
MACHINE_INLINE uint64_t machine_counter(void) { return machine_hosted_cpu.counter; }
MACHINE_INLINE void machine_preemption_disable(void) { machine_hosted_cpu.preemption_depth++; }
MACHINE_INLINE void machine_preemption_leave(void) { machine_hosted_cpu.preemption_depth--; }
MACHINE_INLINE uint32_t machine_preemption_enable(void) { return --machine_hosted_cpu.preemption_depth; }
MACHINE_INLINE uint8_t machine_in8(uint16_t p) { (void)p; return 0xff; }
MACHINE_INLINE uint16_t machine_in16(uint16_t p) { (void)p; return 0xffff; }
MACHINE_INLINE uint32_t machine_in32(uint16_t p) { (void)p; return 0xffffffff; }
MACHINE_INLINE void machine_out8(uint16_t p, uint8_t v) { (void)p; (void)v; }
MACHINE_INLINE void machine_out16(uint16_t p, uint16_t v) { (void)p; (void)v; }
MACHINE_INLINE void machine_out32(uint16_t p, uint32_t v) { (void)p; (void)v; }
MACHINE_INLINE void machine_clear_pages(void *p, size_t bytes) { memset(p, 0, bytes); }
MACHINE_INLINE void machine_copy_page(void *to, const void *from) { memcpy(to, from, 4096); }
MACHINE_INLINE void machine_flush_address(uintptr_t a) { (void)a; }
MACHINE_INLINE uint64_t machine_divide(uint64_t high, uint64_t low, uint64_t divisor) {
    return (uint64_t)(((unsigned __int128)high << 64 | low) / divisor); }
size_t machine_copy_user(void *to, const void *from, size_t count);
size_t machine_clear_user(void *to, size_t count);
size_t machine_exchange_user32(void *word, uint32_t *expected, uint32_t desired);
struct machine_user_word { uint64_t value, missed; };
size_t machine_store_user32(void *word, uint32_t value);
size_t machine_store_user64(void *word, uint64_t value);
struct machine_user_word machine_load_user32(const void *word);
struct machine_user_word machine_load_user64(const void *word);
