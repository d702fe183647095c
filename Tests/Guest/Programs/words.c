// SPDX-License-Identifier: Apache-2.0
//
// Prints its arguments and environment byte by byte, and where it runs: what the boot record has to carry unchanged.

#include <stdio.h>
#include <unistd.h>

extern char **environ;

static void show(const char *name, const char *text) {
    printf("%s:", name);
    for (; *text; text++) printf(*text > ' ' && *text < 127 ? "%c" : "\\x%02x", *(const unsigned char *)text);
    printf("\n");
}

int main(int count, char **words) {
    char folder[4096];
    for (int i = 0; i < count; i++) show("argument", words[i]);
    for (char **next = environ; *next; next++) show("variable", *next);
    show("folder", getcwd(folder, sizeof folder) ? folder : "?");
    printf("ids: %d %d\n", (int)getuid(), (int)getgid());
    return 0;
}
