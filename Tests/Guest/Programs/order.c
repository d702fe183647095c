// SPDX-License-Identifier: Apache-2.0
//
// Writes lines to standard output and standard error in turn, by write(2): behind "> log 2>&1" they must stay in that order,
// however far the program runs ahead of the log's reader. The two are one file then, as fstat(2) and fcntl(2) see it.

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    struct stat output, error;
    if (fstat(1, &output) != 0 || fstat(2, &error) != 0) return 2;
    if (output.st_dev != error.st_dev || output.st_ino != error.st_ino) return 3;
    int flags = fcntl(1, F_GETFL);
    fcntl(1, F_SETFL, flags | O_NONBLOCK);
    if (!(fcntl(2, F_GETFL) & O_NONBLOCK)) return 4;
    fcntl(1, F_SETFL, flags);
    for (int line = 0; line < 5000; line++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%s %d\n", line % 2 ? "error" : "output", line);
        if (write(1 + line % 2, text, length) != length) return 1;
    }
    return 0;
}
