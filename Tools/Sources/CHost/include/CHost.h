// SPDX-License-Identifier: Apache-2.0
//
// The few host calls that Swift cannot make itself: fork (unavailable), variadic ones, and Linux's own.

#ifndef CHOST_H
#define CHOST_H

#include <sys/types.h>

/// Starts a process in a process group of its own that gets SIGKILL when the calling thread's process ends.
///
/// descriptors[i] becomes descriptor i of the child, for i < count; -1 leaves i as it is. All signals are unblocked and
/// SIGPIPE is back to its default. Returns 0 and the process in *pid, or an errno of fork or exec.
int chost_spawn(const char *path, char *const argv[], char *const envp[], const char *directory,
                const int *descriptors, int count, pid_t *pid);

/// memfd_create(2), close-on-exec; -1 and errno on failure.
int chost_memory_file(const char *name);

/// pipe2(2), close-on-exec.
int chost_pipe(int descriptors[2]);

/// Blocks the signals for this process and returns a descriptor from which they are read; -1 and errno on failure.
int chost_signal_descriptor(const int *signals, int count);

/// The next signal from that descriptor, 0 if there is none now.
int chost_next_signal(int descriptor);

/// Unblocks the signals again.
void chost_unblock_signals(const int *signals, int count);

/// pidfd_open(2): a descriptor that becomes readable when the process ends; -1 and errno on failure.
int chost_process_descriptor(pid_t process);

/// Whether two descriptors are one open file, as behind 2>&1: what is written to them goes on in one order.
int chost_same_open_file(int one, int other);

/// The number of rows and columns of the terminal; returns an errno.
int chost_terminal_size(int descriptor, unsigned short *rows, unsigned short *columns);

#endif
