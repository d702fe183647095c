// SPDX-License-Identifier: Apache-2.0
//
// Everything is in the header: the loops have to be compiled into the program.

#include "CMark.h"
