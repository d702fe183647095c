// SPDX-License-Identifier: Apache-2.0
//
// The cost of single operations, measured from inside: one static program that runs on every guest, so that figures can be
// laid side by side. For each item it prints "BENCH name iterations nanoseconds" (or "BENCH name SKIP errno") and executes
// a mark before and after the loop, for which insmark.c reports the counts. The marks of item i are 16 + 2i and 17 + 2i.
// The argument multiplies the numbers of iterations. Build: musl-gcc -O2 -static -pthread microbench.c -o microbench.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK(id) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n\t.word %c0\n\t.byte 0x4b,0x4d" :: "i"(id) : "memory")

static double scale = 1;
static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec; }
/* one write(2) per line: stdio's writev path is avoided (it misbehaved with musl on one peer) */
static void out(const char *f, ...) { char b[256]; va_list v; va_start(v, f); int n = vsnprintf(b, sizeof b, f, v); va_end(v);
  if (n > 0 && write(1, b, n) < 0) return; }
static void report(const char *n, long it, uint64_t a, uint64_t b) {
  out("BENCH %s %ld %.1f\n", n, it, (double)(b - a) / it); }
static void skip(const char *n) { out("BENCH %s SKIP %d\n", n, errno); }

/* one warm-up run of the body, then the timed loop */
#define FAIL { bad_ = errno ? errno : -1; break; }
#define ITEM(idx, name, count, body) do { int bad_ = 0; long n_ = (long)((count) * scale); if (n_ < 1) n_ = 1; \
    do { body; } while (0); uint64_t a_ = 0, b_ = 0; \
    if (!bad_) { a_ = now(); MARK(16 + 2 * (idx)); \
    for (long i_ = 0; i_ < n_; i_++) { body; } \
    MARK(17 + 2 * (idx)); b_ = now(); } \
    if (bad_) { errno = bad_; skip(name); } else report(name, n_, a_, b_); } while (0)

static int p1[2], p2[2];
static long pp_n;
static void *pong(void *a) { char c; (void)a;
  for (long i = 0; i < pp_n; i++) { if (read(p1[0], &c, 1) != 1) return 0; if (write(p2[1], &c, 1) != 1) return 0; }
  return 0; }
static void *nothing(void *a) { return a; }

static volatile int fx;
static void *fpong(void *a) { (void)a;
  for (long i = 0; i < pp_n; i++) {
    while (__atomic_load_n(&fx, __ATOMIC_ACQUIRE) != 1) syscall(SYS_futex, &fx, 128 /*WAIT|PRIVATE*/, 0, 0, 0, 0);
    __atomic_store_n(&fx, 0, __ATOMIC_RELEASE); syscall(SYS_futex, &fx, 129, 1, 0, 0, 0); }
  return 0; }

static int lsock; static long tcp_n;
static void *tcp_echo(void *a) { (void)a; int c = accept(lsock, 0, 0); char b; int one = 1;
  if (c < 0) return 0;
  setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  for (long i = 0; i < tcp_n; i++) { if (read(c, &b, 1) != 1) break; if (write(c, &b, 1) != 1) break; }
  close(c); return 0; }
static volatile sig_atomic_t got;
static void onsig(int s) { (void)s; got++; }

int main(int argc, char **argv) {
  MARK(1);
  if (argc > 1 && atof(argv[argc - 1]) > 0) scale = atof(argv[argc - 1]);
  mkdir("/dev", 0755); mkdir("/tmp", 0755);
  int ispid1 = getpid() == 1;
  if (access("/dev/null", F_OK)) mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
  if (fcntl(1, F_GETFD) < 0) { int f = open("/dev/console", O_RDWR); if (f >= 0) { dup2(f, 0); dup2(f, 1); dup2(f, 2); if (f > 2) close(f); } }
  { int s = socket(AF_INET, SOCK_DGRAM, 0); if (s >= 0) { struct ifreq r; memset(&r, 0, sizeof r); strcpy(r.ifr_name, "lo");
      r.ifr_flags = IFF_UP | IFF_RUNNING; ioctl(s, SIOCSIFFLAGS, &r); close(s); } }
  out("microbench start scale=%g pid=%d\n", scale, getpid());

  /* a kernel that measures its clock over time that passes anyway (and calibrates nothing at boot) gets that time */
  for (uint64_t begin = now(); now() - begin < 50000000;) {}
  ITEM(0, "empty_loop", 1000000, __asm__ volatile("" ::: "memory"));
  ITEM(1, "getppid", 200000, syscall(SYS_getppid));
  ITEM(27, "gettid", 200000, syscall(SYS_gettid));
  ITEM(2, "clock_gettime_libc", 200000, struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t));
  ITEM(3, "clock_gettime_syscall", 100000, struct timespec t; syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t));
  int dn = open("/dev/null", O_WRONLY), dz = open("/dev/zero", O_RDONLY); char buf[65536]; memset(buf, 1, sizeof buf);
  if (dn >= 0) ITEM(4, "write1_devnull", 100000, if (write(dn, buf, 1) != 1) FAIL); else skip("write1_devnull");
  if (dz >= 0) ITEM(5, "read1_devzero", 100000, if (read(dz, buf, 1) != 1) FAIL); else skip("read1_devzero");
  if (!pipe(p1) && !pipe(p2)) {
    ITEM(6, "pipe_wr_rd_1B", 50000, if (write(p1[1], buf, 1) != 1 || read(p1[0], buf, 1) != 1) FAIL);
    ITEM(7, "pipe_wr_rd_4KiB", 20000, if (write(p1[1], buf, 4096) != 4096 || read(p1[0], buf, 4096) != 4096) FAIL);
    { long n = (long)(20000 * scale); if (n < 1) n = 1; pp_n = n + 1; pthread_t t;
      if (!pthread_create(&t, 0, pong, 0)) {
        ITEM(8, "pipe_pingpong_2thr", 20000, if (write(p1[1], buf, 1) != 1 || read(p2[0], buf, 1) != 1) FAIL);
        pthread_join(t, 0); } else skip("pipe_pingpong_2thr"); }
  } else skip("pipe");
  ITEM(9, "pthread_create_join", 3000, pthread_t t; if (pthread_create(&t, 0, nothing, 0)) FAIL pthread_join(t, 0));
  ITEM(10, "mmap64p_touch_munmap", 1000, char *m = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       if (m == MAP_FAILED) FAIL for (int k = 0; k < 64; k++) m[k * 4096] = 1; munmap(m, 64 * 4096));
  ITEM(11, "mmap1p_munmap", 20000, char *m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       if (m == MAP_FAILED) FAIL munmap(m, 4096));
  ITEM(12, "malloc_free_64B_x16", 50000, void *v[16]; for (int k = 0; k < 16; k++) { v[k] = malloc(64); *(volatile char *)v[k] = 1; } for (int k = 0; k < 16; k++) free(v[k]));
  ITEM(13, "file_create_write4k_read_unlink", 3000, int f = open("/tmp/mb", O_CREAT | O_RDWR | O_TRUNC, 0600); if (f < 0) FAIL
       if (write(f, buf, 4096) != 4096) FAIL if (pread(f, buf, 4096, 0) != 4096) FAIL close(f); unlink("/tmp/mb"));
  { int f = open("/tmp/mb2", O_CREAT | O_RDWR | O_TRUNC, 0600); if (f >= 0 && write(f, buf, 4096) == 4096) {
      ITEM(14, "open_close", 20000, int g = open("/tmp/mb2", O_RDONLY); if (g < 0) FAIL close(g));
      ITEM(15, "stat", 50000, struct stat s; if (stat("/tmp/mb2", &s)) FAIL);
      ITEM(16, "pread_4KiB_cached", 30000, if (pread(f, buf, 4096, 0) != 4096) FAIL);
      close(f); } else skip("file"); }
  fx = 0;
  ITEM(17, "futex_wake_nowaiter", 100000, syscall(SYS_futex, &fx, 129, 1, 0, 0, 0));
  { long n = (long)(20000 * scale); if (n < 1) n = 1; pp_n = n + 1; pthread_t t; fx = 0;
    if (!pthread_create(&t, 0, fpong, 0)) {
      ITEM(18, "futex_pingpong_2thr", 20000, __atomic_store_n(&fx, 1, __ATOMIC_RELEASE); syscall(SYS_futex, &fx, 129, 1, 0, 0, 0);
           while (__atomic_load_n(&fx, __ATOMIC_ACQUIRE) != 0) syscall(SYS_futex, &fx, 128, 1, 0, 0, 0));
      pthread_join(t, 0); } else skip("futex_pingpong_2thr"); }
  ITEM(19, "sched_yield_1thr", 50000, sched_yield());
  { int sv[2]; if (!socketpair(AF_UNIX, SOCK_STREAM, 0, sv)) { ITEM(20, "unixsock_wr_rd_1B", 30000, if (write(sv[0], buf, 1) != 1 || read(sv[1], buf, 1) != 1) FAIL);
      int ep = epoll_create1(0); struct epoll_event e = { .events = EPOLLIN }; 
      if (ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, sv[1], &e)) { if (write(sv[0], buf, 1) == 1) ITEM(21, "epoll_wait_ready", 50000, struct epoll_event o; if (epoll_wait(ep, &o, 1, -1) != 1) FAIL); }
      else skip("epoll_wait_ready"); } else skip("unixsock_wr_rd_1B"); }
  { struct sockaddr_in a; memset(&a, 0, sizeof a); a.sin_family = AF_INET; a.sin_addr.s_addr = htonl(INADDR_LOOPBACK); a.sin_port = htons(7777);
    int one = 1; socklen_t l = sizeof a; lsock = socket(AF_INET, SOCK_STREAM, 0); int c = -1; pthread_t t;
    long n = (long)(5000 * scale); if (n < 1) n = 1; tcp_n = n + 1;
    if (lsock >= 0 && !bind(lsock, (void *)&a, l) && !listen(lsock, 4) && (c = socket(AF_INET, SOCK_STREAM, 0)) >= 0
        && !pthread_create(&t, 0, tcp_echo, 0) && !connect(c, (void *)&a, l)) {
      setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      ITEM(22, "tcp_loopback_pingpong_1B", 5000, if (write(c, buf, 1) != 1 || read(c, buf, 1) != 1) FAIL);
      close(c); pthread_join(t, 0); } else skip("tcp_loopback_pingpong_1B"); }
  { struct sigaction sa; memset(&sa, 0, sizeof sa); sa.sa_handler = onsig; sigaction(SIGUSR1, &sa, 0);
    ITEM(23, "signal_self", 20000, raise(SIGUSR1)); }
  { char *m = mmap(0, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m != MAP_FAILED) { memset(m, 1, 4 << 20); ITEM(24, "memset_4MiB", 50, memset(m, 3, 4 << 20); __asm__ volatile("" :: "r"(m) : "memory")); 
      ITEM(25, "mprotect_rw_ro_64p", 3000, if (mprotect(m, 64 * 4096, PROT_READ)) FAIL if (mprotect(m, 64 * 4096, PROT_READ | PROT_WRITE)) FAIL); munmap(m, 4 << 20); } }
  /* faults: fresh pages of a file and of nothing, one touch each; the writes copy pages that were read before */
  { enum { FILE_PAGES = 512 }; long copies = (long)(40000 * scale) / FILE_PAGES + 1, pages = FILE_PAGES * copies, next = 0; size_t part = FILE_PAGES * 4096;
    volatile char *m = mmap(0, (pages + 1) * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m != MAP_FAILED) { ITEM(28, "fault_anonymous", 40000, m[next++ * 4096] = 1); munmap((void *)m, (pages + 1) * 4096); } else skip("fault_anonymous");
    int f = open("/tmp/mb3", O_CREAT | O_RDWR | O_TRUNC, 0600), g = open("/tmp/mb4", O_CREAT | O_RDWR | O_TRUNC, 0600); int ready = f >= 0 && g >= 0;
    for (int k = 0; ready && k < FILE_PAGES / 16; k++) ready = write(f, buf, sizeof buf) == sizeof buf;
    m = mmap(0, pages * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int k = 0; ready && k < copies; k++) ready = mmap((char *)m + k * part, part, PROT_READ, MAP_SHARED | MAP_FIXED, f, 0) != MAP_FAILED;
    next = 0; if (ready) ITEM(29, "fault_file", 40000, (void)m[next++ * 4096]); else skip("fault_file");
    for (int k = 0; ready && k < copies; k++) ready = mmap((char *)m + k * part, part, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, f, 0) != MAP_FAILED;
    for (long k = 0; ready && k < pages; k++) (void)m[k * 4096];
    next = 0; if (ready) ITEM(30, "fault_copy", 40000, m[next++ * 4096] = 2); else skip("fault_copy");
    if (ready) munmap((void *)m, pages * 4096);
    if (ready) ITEM(31, "pread_64KiB_cached", 5000, if (pread(f, buf, 65536, 0) != 65536) FAIL); else skip("pread_64KiB_cached");
    if (ready) ITEM(32, "sendfile_1MiB", 400, off_t from = 0; if (lseek(g, 0, SEEK_SET) || sendfile(g, f, &from, 1 << 20) != 1 << 20) FAIL); else skip("sendfile_1MiB");
    close(f); close(g); unlink("/tmp/mb3"); unlink("/tmp/mb4"); }
  { int st; pid_t p = fork(); if (p == 0) _exit(7); if (p > 0 && waitpid(p, &st, 0) == p && WIFEXITED(st) && WEXITSTATUS(st) == 7)
      ITEM(26, "fork_exit_wait", 500, pid_t q = fork(); if (q == 0) _exit(0); if (q < 0) FAIL waitpid(q, &st, 0)); else skip("fork_exit_wait"); }
  out("microbench done\n");
  MARK(2);
  if (ispid1) { sync(); syscall(SYS_reboot, 0xfee1dead, 672274793, 0x1234567, 0); }
  return 0;
}
