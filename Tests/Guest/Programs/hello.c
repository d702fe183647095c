// SPDX-License-Identifier: Apache-2.0
//
// The smallest program that uses libc: prints a line with its number of arguments, and says if it cannot. Also the program of the size figures.

#include <stdio.h>

int main(int count, char **words) {
    (void)words;
    if (printf("hello, unikernel %d\n", count) < 0 || fflush(stdout) != 0) {
        perror("hello");
        return 1;
    }
    return 0;
}
