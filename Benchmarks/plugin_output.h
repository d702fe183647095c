// SPDX-License-Identifier: Apache-2.0
//
// Where the plugins beside this file write: the argument out=FILE, standard error without it.

#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static FILE *out;

// Takes one argument; false if it is another one, or the file cannot be made.
static bool take_output(const char *argument) {
    if (strncmp(argument, "out=", 4) != 0) return false;
    out = fopen(argument + 4, "w");
    return out != NULL;
}
