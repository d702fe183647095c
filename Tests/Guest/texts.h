// SPDX-License-Identifier: Apache-2.0
//
// Files of /proc and /sys as text: one at a time, and what stands in a line of it.

#ifndef GUEST_TEXTS_H
#define GUEST_TEXTS_H

#include "case.h"

static char text[1 << 18];

// Reads a file; its length.
static int slurp(const char *name) {
    int file = open(name, O_RDONLY), total = 0;
    if (file < 0) case_fails("open %s: errno %d", name, errno);
    for (;;) {
        int count = read(file, text + total, sizeof text - 1 - total);
        if (count < 0) case_fails("read %s: errno %d", name, errno);
        if (count == 0) break;
        total += count;
    }
    text[total] = 0;
    close(file);
    return total;
}

// What stands behind a label at the beginning of a line.
static const char *line_of(const char *label) {
    size_t length = strlen(label);
    for (const char *line = text; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (strncmp(line, label, length) == 0) return line + length;
    case_fails("there is no line %s", label);
}

#endif
