// SPDX-License-Identifier: Apache-2.0

// Which arguments of which system calls are numbers with names. What is not here is shown as the kernel writes it.

/// What is known of a call's arguments.
struct TraceSignature: Sendable {
    /// The names of an argument's values, by its place.
    var names: [Int: NumberNames] = [:]
    /// Whether the result is an address.
    var answersAddress = false

    init(_ names: [Int: NumberNames], answersAddress: Bool = false) {
        self.names = names
        self.answersAddress = answersAddress
    }

    /// By the call's name.
    static let all: [String: TraceSignature] = files.merging(memory) { $1 }.merging(processes) { $1 }.merging(events) {
        $1
    }

    private static let files: [String: TraceSignature] = [
        "open": TraceSignature([1: .openFlags]),
        "openat": TraceSignature([0: .directory, 2: .openFlags]),
        "openat2": TraceSignature([0: .directory]),
        "access": TraceSignature([1: .accessMode]),
        "faccessat": TraceSignature([0: .directory, 2: .accessMode]),
        "faccessat2": TraceSignature([0: .directory, 2: .accessMode, 3: .accessFlags]),
        "lseek": TraceSignature([2: .seekOrigin]),
        "newfstatat": TraceSignature([0: .directory, 3: .pathFlags]),
        "statx": TraceSignature([0: .directory, 2: .pathFlags, 3: .statxMask]),
        "mkdirat": TraceSignature([0: .directory]), "mknodat": TraceSignature([0: .directory]),
        "unlinkat": TraceSignature([0: .directory, 2: .removalFlags]),
        "renameat": TraceSignature([0: .directory, 2: .directory]),
        "renameat2": TraceSignature([0: .directory, 2: .directory, 4: .renameFlags]),
        "linkat": TraceSignature([0: .directory, 2: .directory, 4: .pathFlags]),
        "symlinkat": TraceSignature([1: .directory]),
        "readlinkat": TraceSignature([0: .directory]),
        "fchownat": TraceSignature([0: .directory, 4: .pathFlags]),
        "fchmodat": TraceSignature([0: .directory]),
        "fchmodat2": TraceSignature([0: .directory, 3: .pathFlags]),
        "futimesat": TraceSignature([0: .directory]),
        "utimensat": TraceSignature([0: .directory, 3: .pathFlags]),
        "execveat": TraceSignature([0: .directory, 4: .pathFlags]),
        "fallocate": TraceSignature([1: .allocationMode]),
        "fadvise64": TraceSignature([3: .fileAdvice]),
        "fcntl": TraceSignature([1: .fileControl]),
        "flock": TraceSignature([1: .fileLock]),
        "ioctl": TraceSignature([1: .deviceControl]),
        "dup3": TraceSignature([2: .duplicationFlags]),
        "pipe2": TraceSignature([1: .pipeFlags]),
        "splice": TraceSignature([5: .spliceFlags]), "tee": TraceSignature([3: .spliceFlags]),
        "vmsplice": TraceSignature([3: .spliceFlags]),
        "preadv2": TraceSignature([5: .transferFlags]), "pwritev2": TraceSignature([5: .transferFlags]),
        "close_range": TraceSignature([2: .rangeClosing]),
        "memfd_create": TraceSignature([1: .memoryFile]),
        "setxattr": TraceSignature([4: .attributeFlags]), "lsetxattr": TraceSignature([4: .attributeFlags]),
        "fsetxattr": TraceSignature([4: .attributeFlags]),
        "mount": TraceSignature([3: .mountFlags]), "umount2": TraceSignature([1: .unmountFlags]),
        "inotify_init1": TraceSignature([0: .watchFlags]), "inotify_add_watch": TraceSignature([2: .watchMask]),
        "mq_open": TraceSignature([1: .openFlags]),
    ]

    private static let memory: [String: TraceSignature] = [
        "brk": TraceSignature([:], answersAddress: true),
        "mmap": TraceSignature([2: .protection, 3: .mappingFlags], answersAddress: true),
        "mremap": TraceSignature([3: .remapFlags], answersAddress: true),
        "shmat": TraceSignature([2: .sharedMemory], answersAddress: true),
        "mprotect": TraceSignature([2: .protection]), "pkey_mprotect": TraceSignature([2: .protection]),
        "msync": TraceSignature([2: .synchronization]),
        "madvise": TraceSignature([2: .memoryAdvice]),
        "mlockall": TraceSignature([0: .allLocking]), "mlock2": TraceSignature([2: .locking]),
        "shmctl": TraceSignature([1: .objectControl]), "msgctl": TraceSignature([1: .objectControl]),
        "semctl": TraceSignature([2: .objectControl]),
        "msgsnd": TraceSignature([3: .operationFlags]), "msgrcv": TraceSignature([4: .operationFlags]),
    ]

    private static let processes: [String: TraceSignature] = [
        "arch_prctl": TraceSignature([0: .threadControl]),
        "prctl": TraceSignature([0: .processControl]),
        "prlimit64": TraceSignature([1: .resource]), "getrlimit": TraceSignature([0: .resource]),
        "setrlimit": TraceSignature([0: .resource]),
        "getrusage": TraceSignature([0: .usage]),
        "getpriority": TraceSignature([0: .priority]), "setpriority": TraceSignature([0: .priority]),
        "clone": TraceSignature([0: .cloneFlags]), "unshare": TraceSignature([0: .cloneFlags]),
        "setns": TraceSignature([1: .cloneFlags]),
        "sched_setscheduler": TraceSignature([1: .policy]),
        "sched_get_priority_max": TraceSignature([0: .policy]), "sched_get_priority_min": TraceSignature([0: .policy]),
        "futex": TraceSignature([1: .futexOperation]),
        "membarrier": TraceSignature([0: .barrier]),
        "wait4": TraceSignature([2: .waitOptions]), "waitid": TraceSignature([3: .waitOptions]),
        "getrandom": TraceSignature([2: .randomFlags]),
        "rt_sigaction": TraceSignature([0: .signal]), "rt_sigprocmask": TraceSignature([0: .maskChange]),
        "kill": TraceSignature([1: .signal]), "tkill": TraceSignature([1: .signal]),
        "tgkill": TraceSignature([2: .signal]), "rt_sigqueueinfo": TraceSignature([1: .signal]),
        "rt_tgsigqueueinfo": TraceSignature([2: .signal]), "pidfd_send_signal": TraceSignature([1: .signal]),
        "signalfd4": TraceSignature([3: .signalFile]),
        "clock_gettime": TraceSignature([0: .clock]), "clock_settime": TraceSignature([0: .clock]),
        "clock_getres": TraceSignature([0: .clock]), "timer_create": TraceSignature([0: .clock]),
        "clock_adjtime": TraceSignature([0: .clock]),
        "clock_nanosleep": TraceSignature([0: .clock, 1: .timerFlags]),
        "timer_settime": TraceSignature([1: .timerFlags]),
        "getitimer": TraceSignature([0: .timer]), "setitimer": TraceSignature([0: .timer]),
    ]

    private static let events: [String: TraceSignature] = [
        "timerfd_create": TraceSignature([0: .clock, 1: .timerFile]),
        "timerfd_settime": TraceSignature([1: .timerFileStart]),
        "eventfd2": TraceSignature([1: .eventFile]),
        "epoll_create1": TraceSignature([0: .eventPoll]), "epoll_ctl": TraceSignature([1: .eventChange]),
        "socket": TraceSignature([0: .socketDomain, 1: .socketType]),
        "socketpair": TraceSignature([0: .socketDomain, 1: .socketType]),
        "accept4": TraceSignature([3: .acceptFlags]),
        "shutdown": TraceSignature([1: .shutdown]),
        "setsockopt": TraceSignature([1: .optionLevel, 2: .socketOption]),
        "getsockopt": TraceSignature([1: .optionLevel, 2: .socketOption]),
        "sendto": TraceSignature([3: .messageFlags]), "recvfrom": TraceSignature([3: .messageFlags]),
        "sendmsg": TraceSignature([2: .messageFlags]), "recvmsg": TraceSignature([2: .messageFlags]),
        "sendmmsg": TraceSignature([3: .messageFlags]), "recvmmsg": TraceSignature([3: .messageFlags]),
    ]
}
