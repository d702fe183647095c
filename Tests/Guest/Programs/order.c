// SPDX-License-Identifier: Apache-2.0
//
// Writes lines to standard output and standard error in turn, by write(2): behind "> log 2>&1" they must stay in that order.
// No more than a socket of the host takes while nobody reads it.

#include <stdio.h>
#include <unistd.h>

int main(void) {
    for (int line = 0; line < 200; line++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%s %d\n", line % 2 ? "error" : "output", line);
        if (write(1 + line % 2, text, length) != length) return 1;
    }
    return 0;
}
