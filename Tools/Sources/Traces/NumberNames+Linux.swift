// SPDX-License-Identifier: Apache-2.0

// What the numbers in system calls are called: Linux's, on x86-64, as the man pages name them.

extension NumberNames {
    // MARK: Files

    static let directory = NumberNames("AT_FDCWD -100")
    static let openFlags = NumberNames(
        "O_RDONLY 0, O_WRONLY 1, O_RDWR 2, O_ACCMODE 3", in: 3,
        flags: """
            O_CREAT 0x40, O_EXCL 0x80, O_NOCTTY 0x100, O_TRUNC 0x200, O_APPEND 0x400, O_NONBLOCK 0x800,
            O_SYNC 0x101000, O_DSYNC 0x1000, O_ASYNC 0x2000, O_DIRECT 0x4000, O_LARGEFILE 0x8000,
            O_NOFOLLOW 0x20000, O_NOATIME 0x40000, O_CLOEXEC 0x80000, O_PATH 0x200000, O_TMPFILE 0x410000,
            O_DIRECTORY 0x10000
            """)
    static let accessMode = NumberNames("F_OK 0", in: .max, flags: "R_OK 4, W_OK 2, X_OK 1")
    static let seekOrigin = NumberNames("SEEK_SET 0, SEEK_CUR 1, SEEK_END 2, SEEK_DATA 3, SEEK_HOLE 4")
    static let pathFlags = NumberNames(
        flags: """
            AT_STATX_FORCE_SYNC 0x2000, AT_STATX_DONT_SYNC 0x4000, AT_SYMLINK_NOFOLLOW 0x100, AT_SYMLINK_FOLLOW 0x400,
            AT_NO_AUTOMOUNT 0x800, AT_EMPTY_PATH 0x1000, AT_RECURSIVE 0x8000
            """)
    static let removalFlags = NumberNames(flags: "AT_REMOVEDIR 0x200")
    static let accessFlags = NumberNames(flags: "AT_EACCESS 0x200, AT_SYMLINK_NOFOLLOW 0x100, AT_EMPTY_PATH 0x1000")
    static let statxMask = NumberNames(
        flags: """
            STATX_ALL 0xfff, STATX_BASIC_STATS 0x7ff, STATX_TYPE 1, STATX_MODE 2, STATX_NLINK 4, STATX_UID 8, STATX_GID 0x10,
            STATX_ATIME 0x20, STATX_MTIME 0x40, STATX_CTIME 0x80, STATX_INO 0x100, STATX_SIZE 0x200, STATX_BLOCKS 0x400,
            STATX_BTIME 0x800, STATX_MNT_ID 0x1000, STATX_DIOALIGN 0x2000
            """)
    static let renameFlags = NumberNames(flags: "RENAME_NOREPLACE 1, RENAME_EXCHANGE 2, RENAME_WHITEOUT 4")
    static let allocationMode = NumberNames(
        flags: """
            FALLOC_FL_KEEP_SIZE 1, FALLOC_FL_PUNCH_HOLE 2, FALLOC_FL_COLLAPSE_RANGE 8, FALLOC_FL_ZERO_RANGE 0x10,
            FALLOC_FL_INSERT_RANGE 0x20, FALLOC_FL_UNSHARE_RANGE 0x40
            """)
    static let fileAdvice = NumberNames(
        """
        POSIX_FADV_NORMAL 0, POSIX_FADV_RANDOM 1, POSIX_FADV_SEQUENTIAL 2, POSIX_FADV_WILLNEED 3, POSIX_FADV_DONTNEED 4,
        POSIX_FADV_NOREUSE 5
        """)
    static let fileControl = NumberNames(
        """
        F_DUPFD 0, F_GETFD 1, F_SETFD 2, F_GETFL 3, F_SETFL 4, F_GETLK 5, F_SETLK 6, F_SETLKW 7, F_SETOWN 8, F_GETOWN 9,
        F_SETSIG 10, F_GETSIG 11, F_SETOWN_EX 15, F_GETOWN_EX 16, F_OFD_GETLK 36, F_OFD_SETLK 37, F_OFD_SETLKW 38,
        F_SETLEASE 1024, F_GETLEASE 1025, F_NOTIFY 1026, F_DUPFD_CLOEXEC 1030, F_SETPIPE_SZ 1031, F_GETPIPE_SZ 1032,
        F_ADD_SEALS 1033, F_GET_SEALS 1034
        """)
    static let descriptorFlags = NumberNames(flags: "FD_CLOEXEC 1")
    static let seals = NumberNames(
        flags: "F_SEAL_SEAL 1, F_SEAL_SHRINK 2, F_SEAL_GROW 4, F_SEAL_WRITE 8, F_SEAL_FUTURE_WRITE 16, F_SEAL_EXEC 32")
    static let fileLock = NumberNames("LOCK_SH 1, LOCK_EX 2, LOCK_UN 8", in: 0xb, flags: "LOCK_NB 4")
    static let deviceControl = NumberNames(
        """
        TCGETS 0x5401, TCSETS 0x5402, TCSETSW 0x5403, TCSETSF 0x5404, TCSBRK 0x5409, TCXONC 0x540a, TCFLSH 0x540b,
        TIOCEXCL 0x540c, TIOCNXCL 0x540d, TIOCSCTTY 0x540e, TIOCGPGRP 0x540f, TIOCSPGRP 0x5410, TIOCOUTQ 0x5411,
        TIOCSTI 0x5412, TIOCGWINSZ 0x5413, TIOCSWINSZ 0x5414, FIONREAD 0x541b, TIOCCONS 0x541d, FIONBIO 0x5421,
        TIOCNOTTY 0x5422, TIOCSETD 0x5423, TIOCGETD 0x5424, TCSBRKP 0x5425, TIOCGSID 0x5429, TCGETS2 0x802c542a,
        TIOCGPTN 0x80045430, TIOCSPTLCK 0x40045431, TIOCGPTPEER 0x5441, FIONCLEX 0x5450, FIOCLEX 0x5451, FIOASYNC 0x5452,
        FICLONE 0x40049409, FICLONERANGE 0x4020940d, FS_IOC_GETFLAGS 0x80086601, FS_IOC_SETFLAGS 0x40086602,
        BLKGETSIZE64 0x80081272
        """)
    static let duplicationFlags = NumberNames(flags: "O_CLOEXEC 0x80000")
    static let pipeFlags = NumberNames(flags: "O_CLOEXEC 0x80000, O_NONBLOCK 0x800, O_DIRECT 0x4000")
    static let spliceFlags = NumberNames(
        flags: "SPLICE_F_MOVE 1, SPLICE_F_NONBLOCK 2, SPLICE_F_MORE 4, SPLICE_F_GIFT 8")
    static let transferFlags = NumberNames(flags: "RWF_HIPRI 1, RWF_DSYNC 2, RWF_SYNC 4, RWF_NOWAIT 8, RWF_APPEND 16")
    static let rangeClosing = NumberNames(flags: "CLOSE_RANGE_UNSHARE 2, CLOSE_RANGE_CLOEXEC 4")
    static let memoryFile = NumberNames(
        flags: "MFD_CLOEXEC 1, MFD_ALLOW_SEALING 2, MFD_HUGETLB 4, MFD_NOEXEC_SEAL 8, MFD_EXEC 16")
    static let attributeFlags = NumberNames(flags: "XATTR_CREATE 1, XATTR_REPLACE 2")
    static let mountFlags = NumberNames(
        flags: """
            MS_RDONLY 1, MS_NOSUID 2, MS_NODEV 4, MS_NOEXEC 8, MS_SYNCHRONOUS 0x10, MS_REMOUNT 0x20, MS_MANDLOCK 0x40,
            MS_DIRSYNC 0x80, MS_NOSYMFOLLOW 0x100, MS_NOATIME 0x400, MS_NODIRATIME 0x800, MS_BIND 0x1000, MS_MOVE 0x2000,
            MS_REC 0x4000, MS_SILENT 0x8000, MS_UNBINDABLE 0x20000, MS_PRIVATE 0x40000, MS_SLAVE 0x80000,
            MS_SHARED 0x100000, MS_RELATIME 0x200000, MS_STRICTATIME 0x1000000, MS_LAZYTIME 0x2000000
            """)
    static let unmountFlags = NumberNames(flags: "MNT_FORCE 1, MNT_DETACH 2, MNT_EXPIRE 4, UMOUNT_NOFOLLOW 8")
    static let watchFlags = NumberNames(flags: "IN_CLOEXEC 0x80000, IN_NONBLOCK 0x800")
    static let watchMask = NumberNames(
        flags: """
            IN_ALL_EVENTS 0xfff, IN_ACCESS 1, IN_MODIFY 2, IN_ATTRIB 4, IN_CLOSE_WRITE 8, IN_CLOSE_NOWRITE 0x10, IN_OPEN 0x20,
            IN_MOVED_FROM 0x40, IN_MOVED_TO 0x80, IN_CREATE 0x100, IN_DELETE 0x200, IN_DELETE_SELF 0x400, IN_MOVE_SELF 0x800,
            IN_ONLYDIR 0x1000000, IN_DONT_FOLLOW 0x2000000, IN_EXCL_UNLINK 0x4000000, IN_MASK_CREATE 0x10000000,
            IN_MASK_ADD 0x20000000, IN_ONESHOT 0x80000000
            """)

    // MARK: Memory

    static let protection = NumberNames(
        "PROT_NONE 0", in: .max,
        flags: "PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4, PROT_GROWSDOWN 0x1000000, PROT_GROWSUP 0x2000000")
    static let mappingFlags = NumberNames(
        "MAP_SHARED 1, MAP_PRIVATE 2, MAP_SHARED_VALIDATE 3", in: 0xf,
        flags: """
            MAP_FIXED 0x10, MAP_ANONYMOUS 0x20, MAP_32BIT 0x40, MAP_GROWSDOWN 0x100, MAP_DENYWRITE 0x800,
            MAP_EXECUTABLE 0x1000, MAP_LOCKED 0x2000, MAP_NORESERVE 0x4000, MAP_POPULATE 0x8000, MAP_NONBLOCK 0x10000,
            MAP_STACK 0x20000, MAP_HUGETLB 0x40000, MAP_SYNC 0x80000, MAP_FIXED_NOREPLACE 0x100000
            """)
    static let remapFlags = NumberNames(flags: "MREMAP_MAYMOVE 1, MREMAP_FIXED 2, MREMAP_DONTUNMAP 4")
    static let synchronization = NumberNames(flags: "MS_ASYNC 1, MS_INVALIDATE 2, MS_SYNC 4")
    static let memoryAdvice = NumberNames(
        """
        MADV_NORMAL 0, MADV_RANDOM 1, MADV_SEQUENTIAL 2, MADV_WILLNEED 3, MADV_DONTNEED 4, MADV_FREE 8, MADV_REMOVE 9,
        MADV_DONTFORK 10, MADV_DOFORK 11, MADV_MERGEABLE 12, MADV_UNMERGEABLE 13, MADV_HUGEPAGE 14, MADV_NOHUGEPAGE 15,
        MADV_DONTDUMP 16, MADV_DODUMP 17, MADV_WIPEONFORK 18, MADV_KEEPONFORK 19, MADV_COLD 20, MADV_PAGEOUT 21,
        MADV_POPULATE_READ 22, MADV_POPULATE_WRITE 23, MADV_DONTNEED_LOCKED 24, MADV_COLLAPSE 25
        """)
    static let allLocking = NumberNames(flags: "MCL_CURRENT 1, MCL_FUTURE 2, MCL_ONFAULT 4")
    static let locking = NumberNames(flags: "MLOCK_ONFAULT 1")
    static let sharedMemory = NumberNames(flags: "SHM_RDONLY 0x1000, SHM_RND 0x2000, SHM_REMAP 0x4000, SHM_EXEC 0x8000")
    static let objectControl = NumberNames(
        """
        IPC_RMID 0, IPC_SET 1, IPC_STAT 2, IPC_INFO 3, GETPID 11, GETVAL 12, GETALL 13, GETNCNT 14, GETZCNT 15, SETVAL 16,
        SETALL 17
        """)
    static let operationFlags = NumberNames(flags: "IPC_CREAT 0x200, IPC_EXCL 0x400, IPC_NOWAIT 0x800")

    // MARK: Processes and threads

    static let threadControl = NumberNames(
        "ARCH_SET_GS 0x1001, ARCH_SET_FS 0x1002, ARCH_GET_FS 0x1003, ARCH_GET_GS 0x1004")
    static let processControl = NumberNames(
        """
        PR_SET_PDEATHSIG 1, PR_GET_PDEATHSIG 2, PR_GET_DUMPABLE 3, PR_SET_DUMPABLE 4, PR_GET_KEEPCAPS 7, PR_SET_KEEPCAPS 8,
        PR_SET_NAME 15, PR_GET_NAME 16, PR_GET_SECCOMP 21, PR_SET_SECCOMP 22, PR_CAPBSET_READ 23, PR_CAPBSET_DROP 24,
        PR_GET_TSC 25, PR_SET_TSC 26, PR_GET_SECUREBITS 27, PR_SET_SECUREBITS 28, PR_SET_TIMERSLACK 29,
        PR_GET_TIMERSLACK 30, PR_SET_MM 35, PR_SET_CHILD_SUBREAPER 36, PR_GET_CHILD_SUBREAPER 37, PR_SET_NO_NEW_PRIVS 38,
        PR_GET_NO_NEW_PRIVS 39, PR_GET_TID_ADDRESS 40, PR_SET_THP_DISABLE 41, PR_GET_THP_DISABLE 42, PR_CAP_AMBIENT 47,
        PR_SET_VMA 0x53564d41, PR_SET_PTRACER 0x59616d61
        """)
    static let resource = NumberNames(
        """
        RLIMIT_CPU 0, RLIMIT_FSIZE 1, RLIMIT_DATA 2, RLIMIT_STACK 3, RLIMIT_CORE 4, RLIMIT_RSS 5, RLIMIT_NPROC 6,
        RLIMIT_NOFILE 7, RLIMIT_MEMLOCK 8, RLIMIT_AS 9, RLIMIT_LOCKS 10, RLIMIT_SIGPENDING 11, RLIMIT_MSGQUEUE 12,
        RLIMIT_NICE 13, RLIMIT_RTPRIO 14, RLIMIT_RTTIME 15
        """)
    static let usage = NumberNames("RUSAGE_SELF 0, RUSAGE_CHILDREN -1, RUSAGE_THREAD 1")
    static let priority = NumberNames("PRIO_PROCESS 0, PRIO_PGRP 1, PRIO_USER 2")
    static let cloneFlags = NumberNames(
        flags: """
            CLONE_VM 0x100, CLONE_FS 0x200, CLONE_FILES 0x400, CLONE_SIGHAND 0x800, CLONE_PIDFD 0x1000, CLONE_PTRACE 0x2000,
            CLONE_VFORK 0x4000, CLONE_PARENT 0x8000, CLONE_THREAD 0x10000, CLONE_NEWNS 0x20000, CLONE_SYSVSEM 0x40000,
            CLONE_SETTLS 0x80000, CLONE_PARENT_SETTID 0x100000, CLONE_CHILD_CLEARTID 0x200000, CLONE_DETACHED 0x400000,
            CLONE_UNTRACED 0x800000, CLONE_CHILD_SETTID 0x1000000, CLONE_NEWCGROUP 0x2000000, CLONE_NEWUTS 0x4000000,
            CLONE_NEWIPC 0x8000000, CLONE_NEWUSER 0x10000000, CLONE_NEWPID 0x20000000, CLONE_NEWNET 0x40000000,
            CLONE_IO 0x80000000, SIGCHLD 17
            """)
    static let policy = NumberNames(
        "SCHED_OTHER 0, SCHED_FIFO 1, SCHED_RR 2, SCHED_BATCH 3, SCHED_IDLE 5, SCHED_DEADLINE 6", in: 0xfff_ffff,
        flags: "SCHED_RESET_ON_FORK 0x40000000")
    static let futexOperation = NumberNames(
        [
            "WAIT", "WAKE", "FD", "REQUEUE", "CMP_REQUEUE", "WAKE_OP", "LOCK_PI", "UNLOCK_PI", "TRYLOCK_PI",
            "WAIT_BITSET",
            "WAKE_BITSET", "WAIT_REQUEUE_PI", "CMP_REQUEUE_PI", "LOCK_PI2",
        ].enumerated().map { "FUTEX_\($1) \($0), FUTEX_\($1)_PRIVATE \($0 + 0x80)" }.joined(separator: ","), in: 0xff,
        flags: "FUTEX_CLOCK_REALTIME 0x100")
    static let barrier = NumberNames(
        """
        MEMBARRIER_CMD_QUERY 0, MEMBARRIER_CMD_GLOBAL 1, MEMBARRIER_CMD_GLOBAL_EXPEDITED 2,
        MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED 4, MEMBARRIER_CMD_PRIVATE_EXPEDITED 8,
        MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED 16, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE 32,
        MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE 64
        """)
    static let waitOptions = NumberNames(
        flags:
            "WNOHANG 1, WUNTRACED 2, WEXITED 4, WCONTINUED 8, WNOWAIT 0x1000000, __WALL 0x40000000, __WCLONE 0x80000000"
    )
    static let randomFlags = NumberNames(flags: "GRND_NONBLOCK 1, GRND_RANDOM 2, GRND_INSECURE 4")

    // MARK: Signals

    static let signal = NumberNames(
        [
            "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
            "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
            "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH",
            "SIGIO", "SIGPWR", "SIGSYS", "SIGRTMIN",
        ].enumerated().map { "\($1) \($0 + 1)" }.joined(separator: ",") + ","
            + (1...32).map { "SIGRT_\($0) \($0 + 32)" }.joined(separator: ","))
    static let maskChange = NumberNames("SIG_BLOCK 0, SIG_UNBLOCK 1, SIG_SETMASK 2")
    static let signalFile = NumberNames(flags: "SFD_CLOEXEC 0x80000, SFD_NONBLOCK 0x800")

    // MARK: Time

    static let clock = NumberNames(
        """
        CLOCK_REALTIME 0, CLOCK_MONOTONIC 1, CLOCK_PROCESS_CPUTIME_ID 2, CLOCK_THREAD_CPUTIME_ID 3, CLOCK_MONOTONIC_RAW 4,
        CLOCK_REALTIME_COARSE 5, CLOCK_MONOTONIC_COARSE 6, CLOCK_BOOTTIME 7, CLOCK_REALTIME_ALARM 8,
        CLOCK_BOOTTIME_ALARM 9, CLOCK_TAI 11
        """)
    static let timer = NumberNames("ITIMER_REAL 0, ITIMER_VIRTUAL 1, ITIMER_PROF 2")
    static let timerFlags = NumberNames(flags: "TIMER_ABSTIME 1")
    static let timerFile = NumberNames(flags: "TFD_CLOEXEC 0x80000, TFD_NONBLOCK 0x800")
    static let timerFileStart = NumberNames(flags: "TFD_TIMER_ABSTIME 1, TFD_TIMER_CANCEL_ON_SET 2")

    // MARK: Waiting and sockets

    static let eventChange = NumberNames("EPOLL_CTL_ADD 1, EPOLL_CTL_DEL 2, EPOLL_CTL_MOD 3")
    static let eventPoll = NumberNames(flags: "EPOLL_CLOEXEC 0x80000")
    static let eventFile = NumberNames(flags: "EFD_SEMAPHORE 1, EFD_CLOEXEC 0x80000, EFD_NONBLOCK 0x800")
    static let socketDomain = NumberNames(
        "AF_UNSPEC 0, AF_UNIX 1, AF_INET 2, AF_INET6 10, AF_NETLINK 16, AF_PACKET 17, AF_VSOCK 40")
    static let socketType = NumberNames(
        "SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_RAW 3, SOCK_RDM 4, SOCK_SEQPACKET 5", in: 0xf,
        flags: "SOCK_CLOEXEC 0x80000, SOCK_NONBLOCK 0x800")
    static let acceptFlags = NumberNames(flags: "SOCK_CLOEXEC 0x80000, SOCK_NONBLOCK 0x800")
    static let shutdown = NumberNames("SHUT_RD 0, SHUT_WR 1, SHUT_RDWR 2")
    static let optionLevel = NumberNames("SOL_IP 0, SOL_SOCKET 1, SOL_TCP 6, SOL_UDP 17, SOL_IPV6 41")
    static let socketOption = NumberNames(
        """
        SO_DEBUG 1, SO_REUSEADDR 2, SO_TYPE 3, SO_ERROR 4, SO_DONTROUTE 5, SO_BROADCAST 6, SO_SNDBUF 7, SO_RCVBUF 8,
        SO_KEEPALIVE 9, SO_OOBINLINE 10, SO_PRIORITY 12, SO_LINGER 13, SO_REUSEPORT 15, SO_PASSCRED 16, SO_PEERCRED 17,
        SO_RCVLOWAT 18, SO_SNDLOWAT 19, SO_RCVTIMEO_OLD 20, SO_SNDTIMEO_OLD 21, SO_TIMESTAMP_OLD 29, SO_ACCEPTCONN 30,
        SO_PEERSEC 31, SO_SNDBUFFORCE 32, SO_RCVBUFFORCE 33, SO_PASSSEC 34, SO_PROTOCOL 38, SO_DOMAIN 39
        """)
    static let messageFlags = NumberNames(
        flags: """
            MSG_OOB 1, MSG_PEEK 2, MSG_DONTROUTE 4, MSG_CTRUNC 8, MSG_TRUNC 0x20, MSG_DONTWAIT 0x40, MSG_EOR 0x80,
            MSG_WAITALL 0x100, MSG_NOSIGNAL 0x4000, MSG_MORE 0x8000, MSG_WAITFORONE 0x10000, MSG_CMSG_CLOEXEC 0x40000000
            """)
}
