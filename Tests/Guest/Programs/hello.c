// SPDX-License-Identifier: Apache-2.0
//
// The smallest program that uses libc: prints a line with its number of arguments. Also the program of the size figures.

#include <stdio.h>

int main(int count, char **words) {
    (void)words;
    printf("hello, unikernel %d\n", count);
    return 0;
}
