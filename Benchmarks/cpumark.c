// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin (API version 1) that counts the instructions of each CPU by itself, while all of them run at once. At a mark
// (insmark.c) it writes what the CPU that executes it has executed so far:
//
//   MARK id cpu N insns N
//
// Whole blocks are counted when they begin, so a count may be off by a block. Unlike insmark.c's counters these are not
// shared: that plugin's would lose what two CPUs add at the same time. Each iteration of a repeated instruction is one.
// Build: gcc -O2 -shared -fPIC cpumark.c -o cpumark.so. Arguments: out=FILE.

#include "plugin_output.h"
#include "qemu_plugin.h"

EXPORTED int qemu_plugin_version = 1;

// One cache line for each CPU.
static struct { _Alignas(64) uint64_t insns; } counts[64];

static void run_block(unsigned cpu, void *length) { counts[cpu & 63].insns += (uintptr_t)length; }

static void mark(unsigned cpu, void *number) {
    fprintf(out, "MARK %u cpu %u insns %llu\n", (unsigned)(uintptr_t)number, cpu, (unsigned long long)counts[cpu & 63].insns);
    fflush(out);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_cb(block, run_block, 0, (void *)length);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        const uint8_t *bytes = qemu_plugin_insn_data(insn);
        if (qemu_plugin_insn_size(insn) == 8 && bytes[0] == 0x0f && bytes[1] == 0x1f && bytes[2] == 0x84 && bytes[3] == 0 &&
            bytes[6] == 0x4b && bytes[7] == 0x4d)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, 0, (void *)(uintptr_t)(bytes[4] | bytes[5] << 8));
    }
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    out = stderr;
    for (int i = 0; i < argc; i++)
        if (!take_output(argv[i])) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    return 0;
}
