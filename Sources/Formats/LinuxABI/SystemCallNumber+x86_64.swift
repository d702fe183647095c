// SPDX-License-Identifier: Apache-2.0
//
// The system call numbers of x86-64 Linux, 0 to 462, under Linux's own names. Other architectures have files of their
// own with the same names and other numbers. Source: syscalls(2); arch/x86/entry/syscalls/syscall_64.tbl gives the same
// list.

#if arch(x86_64)
extension SystemCallNumber {
    /// One more than the greatest number of this table.
    public static var limit: Int { 463 }

    /// `read(2)`.
    public static var read: SystemCallNumber { SystemCallNumber(0) }
    /// `write(2)`.
    public static var write: SystemCallNumber { SystemCallNumber(1) }
    /// `open(2)`.
    public static var open: SystemCallNumber { SystemCallNumber(2) }
    /// `close(2)`.
    public static var close: SystemCallNumber { SystemCallNumber(3) }
    /// `stat(2)`.
    public static var stat: SystemCallNumber { SystemCallNumber(4) }
    /// `fstat(2)`.
    public static var fstat: SystemCallNumber { SystemCallNumber(5) }
    /// `lstat(2)`.
    public static var lstat: SystemCallNumber { SystemCallNumber(6) }
    /// `poll(2)`.
    public static var poll: SystemCallNumber { SystemCallNumber(7) }
    /// `lseek(2)`.
    public static var lseek: SystemCallNumber { SystemCallNumber(8) }
    /// `mmap(2)`.
    public static var mmap: SystemCallNumber { SystemCallNumber(9) }
    /// `mprotect(2)`.
    public static var mprotect: SystemCallNumber { SystemCallNumber(10) }
    /// `munmap(2)`.
    public static var munmap: SystemCallNumber { SystemCallNumber(11) }
    /// `brk(2)`.
    public static var brk: SystemCallNumber { SystemCallNumber(12) }
    /// `rt_sigaction(2)`.
    public static var rt_sigaction: SystemCallNumber { SystemCallNumber(13) }
    /// `rt_sigprocmask(2)`.
    public static var rt_sigprocmask: SystemCallNumber { SystemCallNumber(14) }
    /// `rt_sigreturn(2)`.
    public static var rt_sigreturn: SystemCallNumber { SystemCallNumber(15) }
    /// `ioctl(2)`.
    public static var ioctl: SystemCallNumber { SystemCallNumber(16) }
    /// `pread64(2)`.
    public static var pread64: SystemCallNumber { SystemCallNumber(17) }
    /// `pwrite64(2)`.
    public static var pwrite64: SystemCallNumber { SystemCallNumber(18) }
    /// `readv(2)`.
    public static var readv: SystemCallNumber { SystemCallNumber(19) }
    /// `writev(2)`.
    public static var writev: SystemCallNumber { SystemCallNumber(20) }
    /// `access(2)`.
    public static var access: SystemCallNumber { SystemCallNumber(21) }
    /// `pipe(2)`.
    public static var pipe: SystemCallNumber { SystemCallNumber(22) }
    /// `select(2)`.
    public static var select: SystemCallNumber { SystemCallNumber(23) }
    /// `sched_yield(2)`.
    public static var sched_yield: SystemCallNumber { SystemCallNumber(24) }
    /// `mremap(2)`.
    public static var mremap: SystemCallNumber { SystemCallNumber(25) }
    /// `msync(2)`.
    public static var msync: SystemCallNumber { SystemCallNumber(26) }
    /// `mincore(2)`.
    public static var mincore: SystemCallNumber { SystemCallNumber(27) }
    /// `madvise(2)`.
    public static var madvise: SystemCallNumber { SystemCallNumber(28) }
    /// `shmget(2)`.
    public static var shmget: SystemCallNumber { SystemCallNumber(29) }
    /// `shmat(2)`.
    public static var shmat: SystemCallNumber { SystemCallNumber(30) }
    /// `shmctl(2)`.
    public static var shmctl: SystemCallNumber { SystemCallNumber(31) }
    /// `dup(2)`.
    public static var dup: SystemCallNumber { SystemCallNumber(32) }
    /// `dup2(2)`.
    public static var dup2: SystemCallNumber { SystemCallNumber(33) }
    /// `pause(2)`.
    public static var pause: SystemCallNumber { SystemCallNumber(34) }
    /// `nanosleep(2)`.
    public static var nanosleep: SystemCallNumber { SystemCallNumber(35) }
    /// `getitimer(2)`.
    public static var getitimer: SystemCallNumber { SystemCallNumber(36) }
    /// `alarm(2)`.
    public static var alarm: SystemCallNumber { SystemCallNumber(37) }
    /// `setitimer(2)`.
    public static var setitimer: SystemCallNumber { SystemCallNumber(38) }
    /// `getpid(2)`.
    public static var getpid: SystemCallNumber { SystemCallNumber(39) }
    /// `sendfile(2)`.
    public static var sendfile: SystemCallNumber { SystemCallNumber(40) }
    /// `socket(2)`.
    public static var socket: SystemCallNumber { SystemCallNumber(41) }
    /// `connect(2)`.
    public static var connect: SystemCallNumber { SystemCallNumber(42) }
    /// `accept(2)`.
    public static var accept: SystemCallNumber { SystemCallNumber(43) }
    /// `sendto(2)`.
    public static var sendto: SystemCallNumber { SystemCallNumber(44) }
    /// `recvfrom(2)`.
    public static var recvfrom: SystemCallNumber { SystemCallNumber(45) }
    /// `sendmsg(2)`.
    public static var sendmsg: SystemCallNumber { SystemCallNumber(46) }
    /// `recvmsg(2)`.
    public static var recvmsg: SystemCallNumber { SystemCallNumber(47) }
    /// `shutdown(2)`.
    public static var shutdown: SystemCallNumber { SystemCallNumber(48) }
    /// `bind(2)`.
    public static var bind: SystemCallNumber { SystemCallNumber(49) }
    /// `listen(2)`.
    public static var listen: SystemCallNumber { SystemCallNumber(50) }
    /// `getsockname(2)`.
    public static var getsockname: SystemCallNumber { SystemCallNumber(51) }
    /// `getpeername(2)`.
    public static var getpeername: SystemCallNumber { SystemCallNumber(52) }
    /// `socketpair(2)`.
    public static var socketpair: SystemCallNumber { SystemCallNumber(53) }
    /// `setsockopt(2)`.
    public static var setsockopt: SystemCallNumber { SystemCallNumber(54) }
    /// `getsockopt(2)`.
    public static var getsockopt: SystemCallNumber { SystemCallNumber(55) }
    /// `clone(2)`.
    public static var clone: SystemCallNumber { SystemCallNumber(56) }
    /// `fork(2)`.
    public static var fork: SystemCallNumber { SystemCallNumber(57) }
    /// `vfork(2)`.
    public static var vfork: SystemCallNumber { SystemCallNumber(58) }
    /// `execve(2)`.
    public static var execve: SystemCallNumber { SystemCallNumber(59) }
    /// `exit(2)`.
    public static var exit: SystemCallNumber { SystemCallNumber(60) }
    /// `wait4(2)`.
    public static var wait4: SystemCallNumber { SystemCallNumber(61) }
    /// `kill(2)`.
    public static var kill: SystemCallNumber { SystemCallNumber(62) }
    /// `uname(2)`.
    public static var uname: SystemCallNumber { SystemCallNumber(63) }
    /// `semget(2)`.
    public static var semget: SystemCallNumber { SystemCallNumber(64) }
    /// `semop(2)`.
    public static var semop: SystemCallNumber { SystemCallNumber(65) }
    /// `semctl(2)`.
    public static var semctl: SystemCallNumber { SystemCallNumber(66) }
    /// `shmdt(2)`.
    public static var shmdt: SystemCallNumber { SystemCallNumber(67) }
    /// `msgget(2)`.
    public static var msgget: SystemCallNumber { SystemCallNumber(68) }
    /// `msgsnd(2)`.
    public static var msgsnd: SystemCallNumber { SystemCallNumber(69) }
    /// `msgrcv(2)`.
    public static var msgrcv: SystemCallNumber { SystemCallNumber(70) }
    /// `msgctl(2)`.
    public static var msgctl: SystemCallNumber { SystemCallNumber(71) }
    /// `fcntl(2)`.
    public static var fcntl: SystemCallNumber { SystemCallNumber(72) }
    /// `flock(2)`.
    public static var flock: SystemCallNumber { SystemCallNumber(73) }
    /// `fsync(2)`.
    public static var fsync: SystemCallNumber { SystemCallNumber(74) }
    /// `fdatasync(2)`.
    public static var fdatasync: SystemCallNumber { SystemCallNumber(75) }
    /// `truncate(2)`.
    public static var truncate: SystemCallNumber { SystemCallNumber(76) }
    /// `ftruncate(2)`.
    public static var ftruncate: SystemCallNumber { SystemCallNumber(77) }
    /// `getdents(2)`.
    public static var getdents: SystemCallNumber { SystemCallNumber(78) }
    /// `getcwd(2)`.
    public static var getcwd: SystemCallNumber { SystemCallNumber(79) }
    /// `chdir(2)`.
    public static var chdir: SystemCallNumber { SystemCallNumber(80) }
    /// `fchdir(2)`.
    public static var fchdir: SystemCallNumber { SystemCallNumber(81) }
    /// `rename(2)`.
    public static var rename: SystemCallNumber { SystemCallNumber(82) }
    /// `mkdir(2)`.
    public static var mkdir: SystemCallNumber { SystemCallNumber(83) }
    /// `rmdir(2)`.
    public static var rmdir: SystemCallNumber { SystemCallNumber(84) }
    /// `creat(2)`.
    public static var creat: SystemCallNumber { SystemCallNumber(85) }
    /// `link(2)`.
    public static var link: SystemCallNumber { SystemCallNumber(86) }
    /// `unlink(2)`.
    public static var unlink: SystemCallNumber { SystemCallNumber(87) }
    /// `symlink(2)`.
    public static var symlink: SystemCallNumber { SystemCallNumber(88) }
    /// `readlink(2)`.
    public static var readlink: SystemCallNumber { SystemCallNumber(89) }
    /// `chmod(2)`.
    public static var chmod: SystemCallNumber { SystemCallNumber(90) }
    /// `fchmod(2)`.
    public static var fchmod: SystemCallNumber { SystemCallNumber(91) }
    /// `chown(2)`.
    public static var chown: SystemCallNumber { SystemCallNumber(92) }
    /// `fchown(2)`.
    public static var fchown: SystemCallNumber { SystemCallNumber(93) }
    /// `lchown(2)`.
    public static var lchown: SystemCallNumber { SystemCallNumber(94) }
    /// `umask(2)`.
    public static var umask: SystemCallNumber { SystemCallNumber(95) }
    /// `gettimeofday(2)`.
    public static var gettimeofday: SystemCallNumber { SystemCallNumber(96) }
    /// `getrlimit(2)`.
    public static var getrlimit: SystemCallNumber { SystemCallNumber(97) }
    /// `getrusage(2)`.
    public static var getrusage: SystemCallNumber { SystemCallNumber(98) }
    /// `sysinfo(2)`.
    public static var sysinfo: SystemCallNumber { SystemCallNumber(99) }
    /// `times(2)`.
    public static var times: SystemCallNumber { SystemCallNumber(100) }
    /// `ptrace(2)`.
    public static var ptrace: SystemCallNumber { SystemCallNumber(101) }
    /// `getuid(2)`.
    public static var getuid: SystemCallNumber { SystemCallNumber(102) }
    /// `syslog(2)`.
    public static var syslog: SystemCallNumber { SystemCallNumber(103) }
    /// `getgid(2)`.
    public static var getgid: SystemCallNumber { SystemCallNumber(104) }
    /// `setuid(2)`.
    public static var setuid: SystemCallNumber { SystemCallNumber(105) }
    /// `setgid(2)`.
    public static var setgid: SystemCallNumber { SystemCallNumber(106) }
    /// `geteuid(2)`.
    public static var geteuid: SystemCallNumber { SystemCallNumber(107) }
    /// `getegid(2)`.
    public static var getegid: SystemCallNumber { SystemCallNumber(108) }
    /// `setpgid(2)`.
    public static var setpgid: SystemCallNumber { SystemCallNumber(109) }
    /// `getppid(2)`.
    public static var getppid: SystemCallNumber { SystemCallNumber(110) }
    /// `getpgrp(2)`.
    public static var getpgrp: SystemCallNumber { SystemCallNumber(111) }
    /// `setsid(2)`.
    public static var setsid: SystemCallNumber { SystemCallNumber(112) }
    /// `setreuid(2)`.
    public static var setreuid: SystemCallNumber { SystemCallNumber(113) }
    /// `setregid(2)`.
    public static var setregid: SystemCallNumber { SystemCallNumber(114) }
    /// `getgroups(2)`.
    public static var getgroups: SystemCallNumber { SystemCallNumber(115) }
    /// `setgroups(2)`.
    public static var setgroups: SystemCallNumber { SystemCallNumber(116) }
    /// `setresuid(2)`.
    public static var setresuid: SystemCallNumber { SystemCallNumber(117) }
    /// `getresuid(2)`.
    public static var getresuid: SystemCallNumber { SystemCallNumber(118) }
    /// `setresgid(2)`.
    public static var setresgid: SystemCallNumber { SystemCallNumber(119) }
    /// `getresgid(2)`.
    public static var getresgid: SystemCallNumber { SystemCallNumber(120) }
    /// `getpgid(2)`.
    public static var getpgid: SystemCallNumber { SystemCallNumber(121) }
    /// `setfsuid(2)`.
    public static var setfsuid: SystemCallNumber { SystemCallNumber(122) }
    /// `setfsgid(2)`.
    public static var setfsgid: SystemCallNumber { SystemCallNumber(123) }
    /// `getsid(2)`.
    public static var getsid: SystemCallNumber { SystemCallNumber(124) }
    /// `capget(2)`.
    public static var capget: SystemCallNumber { SystemCallNumber(125) }
    /// `capset(2)`.
    public static var capset: SystemCallNumber { SystemCallNumber(126) }
    /// `rt_sigpending(2)`.
    public static var rt_sigpending: SystemCallNumber { SystemCallNumber(127) }
    /// `rt_sigtimedwait(2)`.
    public static var rt_sigtimedwait: SystemCallNumber { SystemCallNumber(128) }
    /// `rt_sigqueueinfo(2)`.
    public static var rt_sigqueueinfo: SystemCallNumber { SystemCallNumber(129) }
    /// `rt_sigsuspend(2)`.
    public static var rt_sigsuspend: SystemCallNumber { SystemCallNumber(130) }
    /// `sigaltstack(2)`.
    public static var sigaltstack: SystemCallNumber { SystemCallNumber(131) }
    /// `utime(2)`.
    public static var utime: SystemCallNumber { SystemCallNumber(132) }
    /// `mknod(2)`.
    public static var mknod: SystemCallNumber { SystemCallNumber(133) }
    /// `uselib(2)`.
    public static var uselib: SystemCallNumber { SystemCallNumber(134) }
    /// `personality(2)`.
    public static var personality: SystemCallNumber { SystemCallNumber(135) }
    /// `ustat(2)`.
    public static var ustat: SystemCallNumber { SystemCallNumber(136) }
    /// `statfs(2)`.
    public static var statfs: SystemCallNumber { SystemCallNumber(137) }
    /// `fstatfs(2)`.
    public static var fstatfs: SystemCallNumber { SystemCallNumber(138) }
    /// `sysfs(2)`.
    public static var sysfs: SystemCallNumber { SystemCallNumber(139) }
    /// `getpriority(2)`.
    public static var getpriority: SystemCallNumber { SystemCallNumber(140) }
    /// `setpriority(2)`.
    public static var setpriority: SystemCallNumber { SystemCallNumber(141) }
    /// `sched_setparam(2)`.
    public static var sched_setparam: SystemCallNumber { SystemCallNumber(142) }
    /// `sched_getparam(2)`.
    public static var sched_getparam: SystemCallNumber { SystemCallNumber(143) }
    /// `sched_setscheduler(2)`.
    public static var sched_setscheduler: SystemCallNumber { SystemCallNumber(144) }
    /// `sched_getscheduler(2)`.
    public static var sched_getscheduler: SystemCallNumber { SystemCallNumber(145) }
    /// `sched_get_priority_max(2)`.
    public static var sched_get_priority_max: SystemCallNumber { SystemCallNumber(146) }
    /// `sched_get_priority_min(2)`.
    public static var sched_get_priority_min: SystemCallNumber { SystemCallNumber(147) }
    /// `sched_rr_get_interval(2)`.
    public static var sched_rr_get_interval: SystemCallNumber { SystemCallNumber(148) }
    /// `mlock(2)`.
    public static var mlock: SystemCallNumber { SystemCallNumber(149) }
    /// `munlock(2)`.
    public static var munlock: SystemCallNumber { SystemCallNumber(150) }
    /// `mlockall(2)`.
    public static var mlockall: SystemCallNumber { SystemCallNumber(151) }
    /// `munlockall(2)`.
    public static var munlockall: SystemCallNumber { SystemCallNumber(152) }
    /// `vhangup(2)`.
    public static var vhangup: SystemCallNumber { SystemCallNumber(153) }
    /// `modify_ldt(2)`.
    public static var modify_ldt: SystemCallNumber { SystemCallNumber(154) }
    /// `pivot_root(2)`.
    public static var pivot_root: SystemCallNumber { SystemCallNumber(155) }
    /// `_sysctl(2)`.
    public static var _sysctl: SystemCallNumber { SystemCallNumber(156) }
    /// `prctl(2)`.
    public static var prctl: SystemCallNumber { SystemCallNumber(157) }
    /// `arch_prctl(2)`.
    public static var arch_prctl: SystemCallNumber { SystemCallNumber(158) }
    /// `adjtimex(2)`.
    public static var adjtimex: SystemCallNumber { SystemCallNumber(159) }
    /// `setrlimit(2)`.
    public static var setrlimit: SystemCallNumber { SystemCallNumber(160) }
    /// `chroot(2)`.
    public static var chroot: SystemCallNumber { SystemCallNumber(161) }
    /// `sync(2)`.
    public static var sync: SystemCallNumber { SystemCallNumber(162) }
    /// `acct(2)`.
    public static var acct: SystemCallNumber { SystemCallNumber(163) }
    /// `settimeofday(2)`.
    public static var settimeofday: SystemCallNumber { SystemCallNumber(164) }
    /// `mount(2)`.
    public static var mount: SystemCallNumber { SystemCallNumber(165) }
    /// `umount2(2)`.
    public static var umount2: SystemCallNumber { SystemCallNumber(166) }
    /// `swapon(2)`.
    public static var swapon: SystemCallNumber { SystemCallNumber(167) }
    /// `swapoff(2)`.
    public static var swapoff: SystemCallNumber { SystemCallNumber(168) }
    /// `reboot(2)`.
    public static var reboot: SystemCallNumber { SystemCallNumber(169) }
    /// `sethostname(2)`.
    public static var sethostname: SystemCallNumber { SystemCallNumber(170) }
    /// `setdomainname(2)`.
    public static var setdomainname: SystemCallNumber { SystemCallNumber(171) }
    /// `iopl(2)`.
    public static var iopl: SystemCallNumber { SystemCallNumber(172) }
    /// `ioperm(2)`.
    public static var ioperm: SystemCallNumber { SystemCallNumber(173) }
    /// `create_module(2)`.
    public static var create_module: SystemCallNumber { SystemCallNumber(174) }
    /// `init_module(2)`.
    public static var init_module: SystemCallNumber { SystemCallNumber(175) }
    /// `delete_module(2)`.
    public static var delete_module: SystemCallNumber { SystemCallNumber(176) }
    /// `get_kernel_syms(2)`.
    public static var get_kernel_syms: SystemCallNumber { SystemCallNumber(177) }
    /// `query_module(2)`.
    public static var query_module: SystemCallNumber { SystemCallNumber(178) }
    /// `quotactl(2)`.
    public static var quotactl: SystemCallNumber { SystemCallNumber(179) }
    /// `nfsservctl(2)`.
    public static var nfsservctl: SystemCallNumber { SystemCallNumber(180) }
    /// `getpmsg(2)`.
    public static var getpmsg: SystemCallNumber { SystemCallNumber(181) }
    /// `putpmsg(2)`.
    public static var putpmsg: SystemCallNumber { SystemCallNumber(182) }
    /// `afs_syscall(2)`.
    public static var afs_syscall: SystemCallNumber { SystemCallNumber(183) }
    /// `tuxcall(2)`.
    public static var tuxcall: SystemCallNumber { SystemCallNumber(184) }
    /// `security(2)`.
    public static var security: SystemCallNumber { SystemCallNumber(185) }
    /// `gettid(2)`.
    public static var gettid: SystemCallNumber { SystemCallNumber(186) }
    /// `readahead(2)`.
    public static var readahead: SystemCallNumber { SystemCallNumber(187) }
    /// `setxattr(2)`.
    public static var setxattr: SystemCallNumber { SystemCallNumber(188) }
    /// `lsetxattr(2)`.
    public static var lsetxattr: SystemCallNumber { SystemCallNumber(189) }
    /// `fsetxattr(2)`.
    public static var fsetxattr: SystemCallNumber { SystemCallNumber(190) }
    /// `getxattr(2)`.
    public static var getxattr: SystemCallNumber { SystemCallNumber(191) }
    /// `lgetxattr(2)`.
    public static var lgetxattr: SystemCallNumber { SystemCallNumber(192) }
    /// `fgetxattr(2)`.
    public static var fgetxattr: SystemCallNumber { SystemCallNumber(193) }
    /// `listxattr(2)`.
    public static var listxattr: SystemCallNumber { SystemCallNumber(194) }
    /// `llistxattr(2)`.
    public static var llistxattr: SystemCallNumber { SystemCallNumber(195) }
    /// `flistxattr(2)`.
    public static var flistxattr: SystemCallNumber { SystemCallNumber(196) }
    /// `removexattr(2)`.
    public static var removexattr: SystemCallNumber { SystemCallNumber(197) }
    /// `lremovexattr(2)`.
    public static var lremovexattr: SystemCallNumber { SystemCallNumber(198) }
    /// `fremovexattr(2)`.
    public static var fremovexattr: SystemCallNumber { SystemCallNumber(199) }
    /// `tkill(2)`.
    public static var tkill: SystemCallNumber { SystemCallNumber(200) }
    /// `time(2)`.
    public static var time: SystemCallNumber { SystemCallNumber(201) }
    /// `futex(2)`.
    public static var futex: SystemCallNumber { SystemCallNumber(202) }
    /// `sched_setaffinity(2)`.
    public static var sched_setaffinity: SystemCallNumber { SystemCallNumber(203) }
    /// `sched_getaffinity(2)`.
    public static var sched_getaffinity: SystemCallNumber { SystemCallNumber(204) }
    /// `set_thread_area(2)`.
    public static var set_thread_area: SystemCallNumber { SystemCallNumber(205) }
    /// `io_setup(2)`.
    public static var io_setup: SystemCallNumber { SystemCallNumber(206) }
    /// `io_destroy(2)`.
    public static var io_destroy: SystemCallNumber { SystemCallNumber(207) }
    /// `io_getevents(2)`.
    public static var io_getevents: SystemCallNumber { SystemCallNumber(208) }
    /// `io_submit(2)`.
    public static var io_submit: SystemCallNumber { SystemCallNumber(209) }
    /// `io_cancel(2)`.
    public static var io_cancel: SystemCallNumber { SystemCallNumber(210) }
    /// `get_thread_area(2)`.
    public static var get_thread_area: SystemCallNumber { SystemCallNumber(211) }
    /// `lookup_dcookie(2)`.
    public static var lookup_dcookie: SystemCallNumber { SystemCallNumber(212) }
    /// `epoll_create(2)`.
    public static var epoll_create: SystemCallNumber { SystemCallNumber(213) }
    /// `epoll_ctl_old(2)`.
    public static var epoll_ctl_old: SystemCallNumber { SystemCallNumber(214) }
    /// `epoll_wait_old(2)`.
    public static var epoll_wait_old: SystemCallNumber { SystemCallNumber(215) }
    /// `remap_file_pages(2)`.
    public static var remap_file_pages: SystemCallNumber { SystemCallNumber(216) }
    /// `getdents64(2)`.
    public static var getdents64: SystemCallNumber { SystemCallNumber(217) }
    /// `set_tid_address(2)`.
    public static var set_tid_address: SystemCallNumber { SystemCallNumber(218) }
    /// `restart_syscall(2)`.
    public static var restart_syscall: SystemCallNumber { SystemCallNumber(219) }
    /// `semtimedop(2)`.
    public static var semtimedop: SystemCallNumber { SystemCallNumber(220) }
    /// `fadvise64(2)`.
    public static var fadvise64: SystemCallNumber { SystemCallNumber(221) }
    /// `timer_create(2)`.
    public static var timer_create: SystemCallNumber { SystemCallNumber(222) }
    /// `timer_settime(2)`.
    public static var timer_settime: SystemCallNumber { SystemCallNumber(223) }
    /// `timer_gettime(2)`.
    public static var timer_gettime: SystemCallNumber { SystemCallNumber(224) }
    /// `timer_getoverrun(2)`.
    public static var timer_getoverrun: SystemCallNumber { SystemCallNumber(225) }
    /// `timer_delete(2)`.
    public static var timer_delete: SystemCallNumber { SystemCallNumber(226) }
    /// `clock_settime(2)`.
    public static var clock_settime: SystemCallNumber { SystemCallNumber(227) }
    /// `clock_gettime(2)`.
    public static var clock_gettime: SystemCallNumber { SystemCallNumber(228) }
    /// `clock_getres(2)`.
    public static var clock_getres: SystemCallNumber { SystemCallNumber(229) }
    /// `clock_nanosleep(2)`.
    public static var clock_nanosleep: SystemCallNumber { SystemCallNumber(230) }
    /// `exit_group(2)`.
    public static var exit_group: SystemCallNumber { SystemCallNumber(231) }
    /// `epoll_wait(2)`.
    public static var epoll_wait: SystemCallNumber { SystemCallNumber(232) }
    /// `epoll_ctl(2)`.
    public static var epoll_ctl: SystemCallNumber { SystemCallNumber(233) }
    /// `tgkill(2)`.
    public static var tgkill: SystemCallNumber { SystemCallNumber(234) }
    /// `utimes(2)`.
    public static var utimes: SystemCallNumber { SystemCallNumber(235) }
    /// `vserver(2)`.
    public static var vserver: SystemCallNumber { SystemCallNumber(236) }
    /// `mbind(2)`.
    public static var mbind: SystemCallNumber { SystemCallNumber(237) }
    /// `set_mempolicy(2)`.
    public static var set_mempolicy: SystemCallNumber { SystemCallNumber(238) }
    /// `get_mempolicy(2)`.
    public static var get_mempolicy: SystemCallNumber { SystemCallNumber(239) }
    /// `mq_open(2)`.
    public static var mq_open: SystemCallNumber { SystemCallNumber(240) }
    /// `mq_unlink(2)`.
    public static var mq_unlink: SystemCallNumber { SystemCallNumber(241) }
    /// `mq_timedsend(2)`.
    public static var mq_timedsend: SystemCallNumber { SystemCallNumber(242) }
    /// `mq_timedreceive(2)`.
    public static var mq_timedreceive: SystemCallNumber { SystemCallNumber(243) }
    /// `mq_notify(2)`.
    public static var mq_notify: SystemCallNumber { SystemCallNumber(244) }
    /// `mq_getsetattr(2)`.
    public static var mq_getsetattr: SystemCallNumber { SystemCallNumber(245) }
    /// `kexec_load(2)`.
    public static var kexec_load: SystemCallNumber { SystemCallNumber(246) }
    /// `waitid(2)`.
    public static var waitid: SystemCallNumber { SystemCallNumber(247) }
    /// `add_key(2)`.
    public static var add_key: SystemCallNumber { SystemCallNumber(248) }
    /// `request_key(2)`.
    public static var request_key: SystemCallNumber { SystemCallNumber(249) }
    /// `keyctl(2)`.
    public static var keyctl: SystemCallNumber { SystemCallNumber(250) }
    /// `ioprio_set(2)`.
    public static var ioprio_set: SystemCallNumber { SystemCallNumber(251) }
    /// `ioprio_get(2)`.
    public static var ioprio_get: SystemCallNumber { SystemCallNumber(252) }
    /// `inotify_init(2)`.
    public static var inotify_init: SystemCallNumber { SystemCallNumber(253) }
    /// `inotify_add_watch(2)`.
    public static var inotify_add_watch: SystemCallNumber { SystemCallNumber(254) }
    /// `inotify_rm_watch(2)`.
    public static var inotify_rm_watch: SystemCallNumber { SystemCallNumber(255) }
    /// `migrate_pages(2)`.
    public static var migrate_pages: SystemCallNumber { SystemCallNumber(256) }
    /// `openat(2)`.
    public static var openat: SystemCallNumber { SystemCallNumber(257) }
    /// `mkdirat(2)`.
    public static var mkdirat: SystemCallNumber { SystemCallNumber(258) }
    /// `mknodat(2)`.
    public static var mknodat: SystemCallNumber { SystemCallNumber(259) }
    /// `fchownat(2)`.
    public static var fchownat: SystemCallNumber { SystemCallNumber(260) }
    /// `futimesat(2)`.
    public static var futimesat: SystemCallNumber { SystemCallNumber(261) }
    /// `newfstatat(2)`.
    public static var newfstatat: SystemCallNumber { SystemCallNumber(262) }
    /// `unlinkat(2)`.
    public static var unlinkat: SystemCallNumber { SystemCallNumber(263) }
    /// `renameat(2)`.
    public static var renameat: SystemCallNumber { SystemCallNumber(264) }
    /// `linkat(2)`.
    public static var linkat: SystemCallNumber { SystemCallNumber(265) }
    /// `symlinkat(2)`.
    public static var symlinkat: SystemCallNumber { SystemCallNumber(266) }
    /// `readlinkat(2)`.
    public static var readlinkat: SystemCallNumber { SystemCallNumber(267) }
    /// `fchmodat(2)`.
    public static var fchmodat: SystemCallNumber { SystemCallNumber(268) }
    /// `faccessat(2)`.
    public static var faccessat: SystemCallNumber { SystemCallNumber(269) }
    /// `pselect6(2)`.
    public static var pselect6: SystemCallNumber { SystemCallNumber(270) }
    /// `ppoll(2)`.
    public static var ppoll: SystemCallNumber { SystemCallNumber(271) }
    /// `unshare(2)`.
    public static var unshare: SystemCallNumber { SystemCallNumber(272) }
    /// `set_robust_list(2)`.
    public static var set_robust_list: SystemCallNumber { SystemCallNumber(273) }
    /// `get_robust_list(2)`.
    public static var get_robust_list: SystemCallNumber { SystemCallNumber(274) }
    /// `splice(2)`.
    public static var splice: SystemCallNumber { SystemCallNumber(275) }
    /// `tee(2)`.
    public static var tee: SystemCallNumber { SystemCallNumber(276) }
    /// `sync_file_range(2)`.
    public static var sync_file_range: SystemCallNumber { SystemCallNumber(277) }
    /// `vmsplice(2)`.
    public static var vmsplice: SystemCallNumber { SystemCallNumber(278) }
    /// `move_pages(2)`.
    public static var move_pages: SystemCallNumber { SystemCallNumber(279) }
    /// `utimensat(2)`.
    public static var utimensat: SystemCallNumber { SystemCallNumber(280) }
    /// `epoll_pwait(2)`.
    public static var epoll_pwait: SystemCallNumber { SystemCallNumber(281) }
    /// `signalfd(2)`.
    public static var signalfd: SystemCallNumber { SystemCallNumber(282) }
    /// `timerfd_create(2)`.
    public static var timerfd_create: SystemCallNumber { SystemCallNumber(283) }
    /// `eventfd(2)`.
    public static var eventfd: SystemCallNumber { SystemCallNumber(284) }
    /// `fallocate(2)`.
    public static var fallocate: SystemCallNumber { SystemCallNumber(285) }
    /// `timerfd_settime(2)`.
    public static var timerfd_settime: SystemCallNumber { SystemCallNumber(286) }
    /// `timerfd_gettime(2)`.
    public static var timerfd_gettime: SystemCallNumber { SystemCallNumber(287) }
    /// `accept4(2)`.
    public static var accept4: SystemCallNumber { SystemCallNumber(288) }
    /// `signalfd4(2)`.
    public static var signalfd4: SystemCallNumber { SystemCallNumber(289) }
    /// `eventfd2(2)`.
    public static var eventfd2: SystemCallNumber { SystemCallNumber(290) }
    /// `epoll_create1(2)`.
    public static var epoll_create1: SystemCallNumber { SystemCallNumber(291) }
    /// `dup3(2)`.
    public static var dup3: SystemCallNumber { SystemCallNumber(292) }
    /// `pipe2(2)`.
    public static var pipe2: SystemCallNumber { SystemCallNumber(293) }
    /// `inotify_init1(2)`.
    public static var inotify_init1: SystemCallNumber { SystemCallNumber(294) }
    /// `preadv(2)`.
    public static var preadv: SystemCallNumber { SystemCallNumber(295) }
    /// `pwritev(2)`.
    public static var pwritev: SystemCallNumber { SystemCallNumber(296) }
    /// `rt_tgsigqueueinfo(2)`.
    public static var rt_tgsigqueueinfo: SystemCallNumber { SystemCallNumber(297) }
    /// `perf_event_open(2)`.
    public static var perf_event_open: SystemCallNumber { SystemCallNumber(298) }
    /// `recvmmsg(2)`.
    public static var recvmmsg: SystemCallNumber { SystemCallNumber(299) }
    /// `fanotify_init(2)`.
    public static var fanotify_init: SystemCallNumber { SystemCallNumber(300) }
    /// `fanotify_mark(2)`.
    public static var fanotify_mark: SystemCallNumber { SystemCallNumber(301) }
    /// `prlimit64(2)`.
    public static var prlimit64: SystemCallNumber { SystemCallNumber(302) }
    /// `name_to_handle_at(2)`.
    public static var name_to_handle_at: SystemCallNumber { SystemCallNumber(303) }
    /// `open_by_handle_at(2)`.
    public static var open_by_handle_at: SystemCallNumber { SystemCallNumber(304) }
    /// `clock_adjtime(2)`.
    public static var clock_adjtime: SystemCallNumber { SystemCallNumber(305) }
    /// `syncfs(2)`.
    public static var syncfs: SystemCallNumber { SystemCallNumber(306) }
    /// `sendmmsg(2)`.
    public static var sendmmsg: SystemCallNumber { SystemCallNumber(307) }
    /// `setns(2)`.
    public static var setns: SystemCallNumber { SystemCallNumber(308) }
    /// `getcpu(2)`.
    public static var getcpu: SystemCallNumber { SystemCallNumber(309) }
    /// `process_vm_readv(2)`.
    public static var process_vm_readv: SystemCallNumber { SystemCallNumber(310) }
    /// `process_vm_writev(2)`.
    public static var process_vm_writev: SystemCallNumber { SystemCallNumber(311) }
    /// `kcmp(2)`.
    public static var kcmp: SystemCallNumber { SystemCallNumber(312) }
    /// `finit_module(2)`.
    public static var finit_module: SystemCallNumber { SystemCallNumber(313) }
    /// `sched_setattr(2)`.
    public static var sched_setattr: SystemCallNumber { SystemCallNumber(314) }
    /// `sched_getattr(2)`.
    public static var sched_getattr: SystemCallNumber { SystemCallNumber(315) }
    /// `renameat2(2)`.
    public static var renameat2: SystemCallNumber { SystemCallNumber(316) }
    /// `seccomp(2)`.
    public static var seccomp: SystemCallNumber { SystemCallNumber(317) }
    /// `getrandom(2)`.
    public static var getrandom: SystemCallNumber { SystemCallNumber(318) }
    /// `memfd_create(2)`.
    public static var memfd_create: SystemCallNumber { SystemCallNumber(319) }
    /// `kexec_file_load(2)`.
    public static var kexec_file_load: SystemCallNumber { SystemCallNumber(320) }
    /// `bpf(2)`.
    public static var bpf: SystemCallNumber { SystemCallNumber(321) }
    /// `execveat(2)`.
    public static var execveat: SystemCallNumber { SystemCallNumber(322) }
    /// `userfaultfd(2)`.
    public static var userfaultfd: SystemCallNumber { SystemCallNumber(323) }
    /// `membarrier(2)`.
    public static var membarrier: SystemCallNumber { SystemCallNumber(324) }
    /// `mlock2(2)`.
    public static var mlock2: SystemCallNumber { SystemCallNumber(325) }
    /// `copy_file_range(2)`.
    public static var copy_file_range: SystemCallNumber { SystemCallNumber(326) }
    /// `preadv2(2)`.
    public static var preadv2: SystemCallNumber { SystemCallNumber(327) }
    /// `pwritev2(2)`.
    public static var pwritev2: SystemCallNumber { SystemCallNumber(328) }
    /// `pkey_mprotect(2)`.
    public static var pkey_mprotect: SystemCallNumber { SystemCallNumber(329) }
    /// `pkey_alloc(2)`.
    public static var pkey_alloc: SystemCallNumber { SystemCallNumber(330) }
    /// `pkey_free(2)`.
    public static var pkey_free: SystemCallNumber { SystemCallNumber(331) }
    /// `statx(2)`.
    public static var statx: SystemCallNumber { SystemCallNumber(332) }
    /// `io_pgetevents(2)`.
    public static var io_pgetevents: SystemCallNumber { SystemCallNumber(333) }
    /// `rseq(2)`.
    public static var rseq: SystemCallNumber { SystemCallNumber(334) }
    /// `pidfd_send_signal(2)`.
    public static var pidfd_send_signal: SystemCallNumber { SystemCallNumber(424) }
    /// `io_uring_setup(2)`.
    public static var io_uring_setup: SystemCallNumber { SystemCallNumber(425) }
    /// `io_uring_enter(2)`.
    public static var io_uring_enter: SystemCallNumber { SystemCallNumber(426) }
    /// `io_uring_register(2)`.
    public static var io_uring_register: SystemCallNumber { SystemCallNumber(427) }
    /// `open_tree(2)`.
    public static var open_tree: SystemCallNumber { SystemCallNumber(428) }
    /// `move_mount(2)`.
    public static var move_mount: SystemCallNumber { SystemCallNumber(429) }
    /// `fsopen(2)`.
    public static var fsopen: SystemCallNumber { SystemCallNumber(430) }
    /// `fsconfig(2)`.
    public static var fsconfig: SystemCallNumber { SystemCallNumber(431) }
    /// `fsmount(2)`.
    public static var fsmount: SystemCallNumber { SystemCallNumber(432) }
    /// `fspick(2)`.
    public static var fspick: SystemCallNumber { SystemCallNumber(433) }
    /// `pidfd_open(2)`.
    public static var pidfd_open: SystemCallNumber { SystemCallNumber(434) }
    /// `clone3(2)`.
    public static var clone3: SystemCallNumber { SystemCallNumber(435) }
    /// `close_range(2)`.
    public static var close_range: SystemCallNumber { SystemCallNumber(436) }
    /// `openat2(2)`.
    public static var openat2: SystemCallNumber { SystemCallNumber(437) }
    /// `pidfd_getfd(2)`.
    public static var pidfd_getfd: SystemCallNumber { SystemCallNumber(438) }
    /// `faccessat2(2)`.
    public static var faccessat2: SystemCallNumber { SystemCallNumber(439) }
    /// `process_madvise(2)`.
    public static var process_madvise: SystemCallNumber { SystemCallNumber(440) }
    /// `epoll_pwait2(2)`.
    public static var epoll_pwait2: SystemCallNumber { SystemCallNumber(441) }
    /// `mount_setattr(2)`.
    public static var mount_setattr: SystemCallNumber { SystemCallNumber(442) }
    /// `quotactl_fd(2)`.
    public static var quotactl_fd: SystemCallNumber { SystemCallNumber(443) }
    /// `landlock_create_ruleset(2)`.
    public static var landlock_create_ruleset: SystemCallNumber { SystemCallNumber(444) }
    /// `landlock_add_rule(2)`.
    public static var landlock_add_rule: SystemCallNumber { SystemCallNumber(445) }
    /// `landlock_restrict_self(2)`.
    public static var landlock_restrict_self: SystemCallNumber { SystemCallNumber(446) }
    /// `memfd_secret(2)`.
    public static var memfd_secret: SystemCallNumber { SystemCallNumber(447) }
    /// `process_mrelease(2)`.
    public static var process_mrelease: SystemCallNumber { SystemCallNumber(448) }
    /// `futex_waitv(2)`.
    public static var futex_waitv: SystemCallNumber { SystemCallNumber(449) }
    /// `set_mempolicy_home_node(2)`.
    public static var set_mempolicy_home_node: SystemCallNumber { SystemCallNumber(450) }
    /// `cachestat(2)`.
    public static var cachestat: SystemCallNumber { SystemCallNumber(451) }
    /// `fchmodat2(2)`.
    public static var fchmodat2: SystemCallNumber { SystemCallNumber(452) }
    /// `map_shadow_stack(2)`.
    public static var map_shadow_stack: SystemCallNumber { SystemCallNumber(453) }
    /// `futex_wake(2)`.
    public static var futex_wake: SystemCallNumber { SystemCallNumber(454) }
    /// `futex_wait(2)`.
    public static var futex_wait: SystemCallNumber { SystemCallNumber(455) }
    /// `futex_requeue(2)`.
    public static var futex_requeue: SystemCallNumber { SystemCallNumber(456) }
    /// `statmount(2)`.
    public static var statmount: SystemCallNumber { SystemCallNumber(457) }
    /// `listmount(2)`.
    public static var listmount: SystemCallNumber { SystemCallNumber(458) }
    /// `lsm_get_self_attr(2)`.
    public static var lsm_get_self_attr: SystemCallNumber { SystemCallNumber(459) }
    /// `lsm_set_self_attr(2)`.
    public static var lsm_set_self_attr: SystemCallNumber { SystemCallNumber(460) }
    /// `lsm_list_modules(2)`.
    public static var lsm_list_modules: SystemCallNumber { SystemCallNumber(461) }
    /// `mseal(2)`.
    public static var mseal: SystemCallNumber { SystemCallNumber(462) }
}
#endif
