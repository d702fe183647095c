// SPDX-License-Identifier: Apache-2.0
//
// A QEMU plugin (API version 1) that counts how often each translated block runs, for a profile by function. At the end it
// writes one line for each block, in the order in which they were first translated:
//
//   address-of-the-first-instruction number-of-instructions times
//
// Exact for one CPU; two that run at once may lose counts. A block that an interrupt or a fault leaves early counts whole.
// Build: gcc -O2 -shared -fPIC blockcount.c -o blockcount.so. Arguments: out=FILE.

#include "plugin_output.h"
#include "qemu_plugin.h"
#include <stdlib.h>

EXPORTED int qemu_plugin_version = 1;

struct block {
    uint64_t address, length, times;
    struct block *next;
};
static struct block *first, **last = &first;

static void run_block(unsigned cpu, void *block) {
    (void)cpu;
    ((struct block *)block)->times++;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *code) {
    (void)id;
    struct block *block = calloc(1, sizeof *block);
    if (!block) abort();
    block->address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(code, 0));
    block->length = qemu_plugin_tb_n_insns(code);
    *last = block;
    last = &block->next;
    qemu_plugin_register_vcpu_tb_exec_cb(code, run_block, 0, block);
}

static void finish(qemu_plugin_id_t id, void *nothing) {
    (void)id;
    (void)nothing;
    for (struct block *block = first; block; block = block->next)
        fprintf(out, "%llx %llu %llu\n", (unsigned long long)block->address, (unsigned long long)block->length,
            (unsigned long long)block->times);
    fflush(out);
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    (void)info;
    out = stderr;
    for (int i = 0; i < argc; i++)
        if (!take_output(argv[i])) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
