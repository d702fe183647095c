// SPDX-License-Identifier: Apache-2.0
// Compiled in the machine, by a compiler that runs what it makes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **words) {
    char *text = malloc(100);
    strcpy(text, words[count - 1]);
    printf("%d words, the last is %s; %.3f\n", count, text, 22 / 7.0);
    free(text);
    return count;
}
