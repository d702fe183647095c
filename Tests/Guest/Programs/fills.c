// SPDX-License-Identifier: Apache-2.0
//
// Fills each folder that it is given with one file, as dd(1) would, and says what became of the files and of itself:
// "no space" must be told at a limit that statfs(2) knew, nothing that was written may be lost, there must be memory to go
// on with, and what is removed must be there again.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

static unsigned char block[4096];

static void paint(unsigned long number) {
    for (size_t i = 0; i < sizeof block; i += 8) *(unsigned long *)(block + i) = number * 0x9e3779b97f4a7c15 + i;
}

static int fail(const char *folder, const char *what) {
    printf("%s: %s (errno %d)\n", folder, what, errno);
    return 1;
}

// Writes until there is no space; how many blocks that were, or -1 if something else ended it.
static long fill(int file) {
    for (long count = 0;; count++) {
        paint((unsigned long)count);
        ssize_t written = write(file, block, sizeof block);
        if (written != sizeof block) return written == -1 && errno == ENOSPC ? count : -1;
    }
}

static int holds(int file, long count) {
    unsigned char read_back[sizeof block];
    for (long index = 0; index < count; index++) {
        paint((unsigned long)index);
        if (pread(file, read_back, sizeof block, index * 4096) != sizeof block) return 0;
        if (memcmp(read_back, block, sizeof block) != 0) return 0;
    }
    return 1;
}

int main(int count, char **folders) {
    int files[8];
    long blocks[8];
    for (int i = 1; i < count && i < 8; i++) {
        if (chdir(folders[i]) != 0) return fail(folders[i], "chdir");
        files[i] = open("full", O_RDWR | O_CREAT | O_TRUNC, 0600);
        struct statfs before, after;
        if (files[i] < 0 || statfs(".", &before) != 0) return fail(folders[i], "open");
        blocks[i] = fill(files[i]);
        if (blocks[i] <= 0) return fail(folders[i], "not ENOSPC");
        if (statfs(".", &after) != 0) return fail(folders[i], "statfs");
        if (blocks[i] > (long)before.f_bfree || after.f_bfree != before.f_bfree - blocks[i]) {
            return fail(folders[i], "statfs said something else");
        }
        printf("%s: no space\n", folders[i]);
    }
    // What is left is enough to work with.
    for (int i = 0; i < 16; i++) {
        char *piece = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED) return fail("memory", "mmap");
        memset(piece, i, 65536);
    }
    for (int i = 1; i < count && i < 8; i++) {
        if (!holds(files[i], blocks[i])) return fail(folders[i], "lost something");
        if (ftruncate(files[i], 0) != 0) return fail(folders[i], "ftruncate");
    }
    for (int i = 1; i < count && i < 8; i++) {
        if (lseek(files[i], 0, SEEK_SET) != 0 || fill(files[i]) <= 0) return fail(folders[i], "not given back");
        if (ftruncate(files[i], 0) != 0) return fail(folders[i], "ftruncate");
    }
    printf("nothing lost\n");
    return 0;
}
