// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin (API version 1, QEMU 7.2 and later) that counts what a guest costs: instructions, and beside them what
// instructions hide. The guest asks for the counts at a point by a mark: the 8-byte no-op 0f 1f 84 00 <id16> 4b 4d
// (nopl disp32(%rax,%rax,1)). One line is written for each mark, and one at the end:
//
//   MARK id insns N rep N locked N cr3 N invlpg N io N
//
//   insns   instructions; each iteration of a repeated string instruction is not one of them
//   rep     repeated string instructions, counted as ceil(bytes / 32) each: what a processor with fast strings pays
//   locked  instructions with a lock prefix, and exchanges with memory
//   cr3     writes of CR3; invlpg: invalidated pages; io: port instructions and accesses to device memory (exits)
//
// Build: gcc -O2 -shared -fPIC insmark.c -o insmark.so. Arguments: out=FILE, memory=off (do not watch device memory).

#include "plugin_output.h"
#include "qemu_plugin.h"

EXPORTED int qemu_plugin_version = 1;

static uint64_t insns, repeated, locked, page_table_writes, invalidations, io;
static bool watches_memory = true;

// The repeated instruction that is being executed: its bytes so far, and the count of others when it was last seen.
static uint64_t repeat_address, repeat_bytes, repeat_seen;

static void end_repeat(void) {
    repeated += (repeat_bytes + 31) / 32;
    repeat_bytes = 0;
}

static void one_iteration(unsigned cpu, void *word) {
    (void)cpu;
    uint64_t key = (uint64_t)word;
    if (key != repeat_address || repeat_seen != insns) end_repeat();
    repeat_address = key;
    repeat_seen = insns;
    repeat_bytes += key >> 60 ? key >> 60 : 1;
}

static void report(const char *what, unsigned number) {
    end_repeat();
    fprintf(out, "%s %u insns %llu rep %llu locked %llu cr3 %llu invlpg %llu io %llu\n", what, number,
            (unsigned long long)insns, (unsigned long long)repeated, (unsigned long long)locked,
            (unsigned long long)page_table_writes, (unsigned long long)invalidations, (unsigned long long)io);
    fflush(out);
}

static void mark(unsigned cpu, void *word) {
    (void)cpu;
    report("MARK", (unsigned)(uintptr_t)word);
}

static void access_memory(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *word) {
    (void)cpu, (void)word;
    struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(info, address);
    if (place && qemu_plugin_hwaddr_is_io(place)) io++;
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter) {
    qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, counter, 1);
}

// What an instruction is, by its prefixes and opcode. Source: Intel SDM volume 2, appendix A.
static void look_at(struct qemu_plugin_insn *insn) {
    const uint8_t *bytes = qemu_plugin_insn_data(insn);
    size_t size = qemu_plugin_insn_size(insn), i = 0;
    bool is_locked = false, is_repeated = false, is_short = false, is_wide = false;
    for (; i < size; i++) {
        uint8_t b = bytes[i];
        if (b == 0xf0) is_locked = true;
        else if (b == 0xf2 || b == 0xf3) is_repeated = true;
        else if (b == 0x66) is_short = true;
        else if (b >= 0x40 && b <= 0x4f) is_wide = b & 8;
        else if (b != 0x2e && b != 0x36 && b != 0x3e && b != 0x26 && b != 0x64 && b != 0x65 && b != 0x67) break;
    }
    if (i >= size) return count(insn, &insns);
    uint8_t code = bytes[i], next = i + 1 < size ? bytes[i + 1] : 0, third = i + 2 < size ? bytes[i + 2] : 0;
    bool is_string = (code >= 0xa4 && code <= 0xa7) || (code >= 0xaa && code <= 0xaf) || (code >= 0x6c && code <= 0x6f);
    if (is_repeated && is_string) {
        uint64_t width = !(code & 1) ? 1 : is_wide ? 8 : is_short ? 2 : 4;
        uint64_t key = (qemu_plugin_insn_vaddr(insn) & 0xfffffffffffffff) | width << 60;
        qemu_plugin_register_vcpu_insn_exec_cb(insn, one_iteration, 0, (void *)key);
    } else {
        count(insn, &insns);
    }
    if (is_locked || ((code == 0x86 || code == 0x87) && next < 0xc0)) count(insn, &locked);
    if (code == 0x0f && next == 0x22 && (third >> 3 & 7) == 3) count(insn, &page_table_writes);
    if (code == 0x0f && next == 0x01 && (third >> 3 & 7) == 7 && third < 0xc0) count(insn, &invalidations);
    if ((code >= 0xe4 && code <= 0xe7) || (code >= 0xec && code <= 0xef) || (code >= 0x6c && code <= 0x6f)) count(insn, &io);
    if (watches_memory) qemu_plugin_register_vcpu_mem_cb(insn, access_memory, 0, 3, NULL);
    if (size == 8 && bytes[0] == 0x0f && bytes[1] == 0x1f && bytes[2] == 0x84 && bytes[3] == 0 && bytes[6] == 0x4b &&
        bytes[7] == 0x4d)
        qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, 0, (void *)(uintptr_t)(bytes[4] | bytes[5] << 8));
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
    (void)id;
    size_t count_ = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count_; i++) look_at(qemu_plugin_tb_get_insn(block, i));
}

static void finish(qemu_plugin_id_t id, void *word) {
    (void)id, (void)word;
    report("TOTAL", 0);
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    out = stderr;
    for (int i = 0; i < argc; i++) {
        if (!strcmp(argv[i], "memory=off")) watches_memory = false;
        else if (!take_output(argv[i])) return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
