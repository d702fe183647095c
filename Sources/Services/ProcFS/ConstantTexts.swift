// SPDX-License-Identifier: Apache-2.0
//
// The texts that never change, in tables: what programs read to learn a limit or a habit of the kernel that is fixed
// here, what nobody counts, and lists that are always empty. One string for each folder, because a row of pointers
// would be larger than most of its texts. Sources: proc(5) and its parts, the kernel's admin-guide/sysctl.
//
//     "name text\n": the text begins behind the first space, and "~" in it is a newline.

import Containers

/// A folder with texts that never change.
enum ConstantFolder: UInt8 {
    case root, net
    case sysKernel, sysKernelTerminals, sysKernelRandom, sysVM, sysFS, sysFSInotify, sysFSEpoll, sysNetCore, sysUser

    /// The folder's node.
    var node: ProcNode {
        switch self {
        case .root: .root
        case .net: .fixed(.net)
        case .sysKernel: .fixed(.sysKernel)
        case .sysKernelTerminals: .fixed(.sysKernelTerminals)
        case .sysKernelRandom: .fixed(.sysKernelRandom)
        case .sysVM: .fixed(.sysVM)
        case .sysFS: .fixed(.sysFS)
        case .sysFSInotify: .fixed(.sysFSInotify)
        case .sysFSEpoll: .fixed(.sysFSEpoll)
        case .sysNetCore: .fixed(.sysNetCore)
        case .sysUser: .fixed(.sysUser)
        }
    }

    /// The folder of a node; nil if it has no such texts.
    init?(_ node: ProcNode) {
        switch node {
        case .root: self = .root
        case .fixed(let directory):
            switch directory {
            case .net: self = .net
            case .sysKernel: self = .sysKernel
            case .sysKernelTerminals: self = .sysKernelTerminals
            case .sysKernelRandom: self = .sysKernelRandom
            case .sysVM: self = .sysVM
            case .sysFS: self = .sysFS
            case .sysFSInotify: self = .sysFSInotify
            case .sysFSEpoll: self = .sysFSEpoll
            case .sysNetCore: self = .sysNetCore
            case .sysUser: self = .sysUser
            default: return nil
            }
        default: return nil
        }
    }

    /// The folder's table.
    var table: ConstantTable {
        switch self {
        case .root: ConstantTable(Self.rootRows)
        case .net: ConstantTable(Self.netRows)
        case .sysKernel: ConstantTable(Self.kernelRows)
        case .sysKernelTerminals: ConstantTable("max 4096~\n")
        case .sysKernelRandom: ConstantTable("urandom_min_reseed_secs 60~\nwrite_wakeup_threshold 256~\n")
        case .sysVM: ConstantTable(Self.memoryRows)
        case .sysFS: ConstantTable(Self.fileRows)
        case .sysFSInotify: ConstantTable("max_user_instances 128~\n")
        case .sysFSEpoll: ConstantTable("max_user_watches 1048576~\n")
        case .sysNetCore: ConstantTable(Self.socketRows)
        // There are no namespaces to make.
        case .sysUser: ConstantTable("max_mnt_namespaces 0~\nmax_pid_namespaces 0~\nmax_user_namespaces 0~\n")
        }
    }

    /// There are no block devices and no modules.
    private static var rootRows: StaticString {
        """
        devices Character devices:~  1 mem~  5 /dev/tty~  5 /dev/console~  5 /dev/ptmx~136 pts~~Block \
        devices:~
        diskstats\u{20}
        filesystems nodev\tsysfs~nodev\ttmpfs~nodev\tproc~nodev\tdevtmpfs~nodev\tdevpts~nodev\tramfs~
        misc\u{20}
        modules\u{20}
        partitions major minor  #blocks  name~~
        swaps Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority~

        """
    }

    /// There is no network, and nobody counts sockets.
    private static var netRows: StaticString {
        """
        arp IP address       HW type     Flags       HW address            Mask     Device~
        dev Inter-|   Receive                                                |  Transmit~ face |bytes    \
        packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier \
        compressed~
        if_inet6\u{20}
        igmp Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter~
        netlink sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode~
        netstat TcpExt: SyncookiesSent~TcpExt: 0~IpExt: InNoRoutes~IpExt: 0~
        packet sk               RefCnt Type Proto  Iface R Rmem   User   Inode~
        protocols protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss \
        gs se re bi br ha uh gp em~
        raw   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout \
        inode ref pointer drops~
        raw6   sl  local_address                         remote_address                        st tx_queue \
        rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops~
        route Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT           \
                                                    ~
        snmp Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos \
        InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs \
        ReasmFails FragOKs FragFails FragCreates~Ip: 2 64 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0~Tcp: \
        RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab \
        InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors~Tcp: 1 200 120000 -1 0 0 0 0 0 0 0 0 0 0 \
        0~Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors \
        IgnoredMulti MemErrors~Udp: 0 0 0 0 0 0 0 0 0~
        sockstat sockets: used 0~TCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0~UDP: inuse 0 mem 0~UDPLITE: inuse \
        0~RAW: inuse 0~FRAG: inuse 0 memory 0~
        sockstat6 TCP6: inuse 0~UDP6: inuse 0~UDPLITE6: inuse 0~RAW6: inuse 0~FRAG6: inuse 0 memory 0~
        tcp   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout \
        inode                                                     ~
        tcp6   sl  local_address                         remote_address                        st tx_queue \
        rx_queue tr tm->when retrnsmt   uid  timeout inode~
        udp    sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout \
        inode ref pointer drops            ~
        udp6   sl  local_address                         remote_address                        st tx_queue \
        rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops~
        unix Num       RefCount Protocol Flags    Type St Inode Path~

        """
    }

    /// Core dumps are not written, modules and io_uring are not there, and a crash is the end.
    private static var kernelRows: StaticString {
        """
        auto_msgmni 0~
        cad_pid 1~
        core_pattern core~
        core_pipe_limit 0~
        core_uses_pid 0~
        ctrl-alt-del 0~
        dmesg_restrict 0~
        hung_task_timeout_secs 0~
        io_uring_disabled 2~
        kptr_restrict 1~
        modules_disabled 1~
        numa_balancing 0~
        panic 0~
        panic_on_oops 1~
        panic_on_warn 0~
        print-fatal-signals 0~
        printk 4\t4\t1\t7~
        printk_ratelimit 5~
        printk_ratelimit_burst 10~
        sched_autogroup_enabled 0~
        sched_child_runs_first 0~
        sched_rr_timeslice_ms 100~
        sched_schedstats 0~
        shm_rmid_forced 0~
        sysrq 0~
        tainted 0~

        """
    }

    /// Nothing is paged out or written back; whoever finds no memory is the one to go.
    private static var memoryRows: StaticString {
        """
        admin_reserve_kbytes 0~
        dirty_background_bytes 0~
        dirty_background_ratio 10~
        dirty_bytes 0~
        dirty_expire_centisecs 3000~
        dirty_ratio 20~
        dirty_writeback_centisecs 500~
        laptop_mode 0~
        legacy_va_layout 0~
        min_free_kbytes 0~
        nr_hugepages 0~
        nr_overcommit_hugepages 0~
        oom_dump_tasks 0~
        oom_kill_allocating_task 1~
        overcommit_kbytes 0~
        page-cluster 0~
        panic_on_oom 0~
        user_reserve_kbytes 0~
        vfs_cache_pressure 100~
        zone_reclaim_mode 0~

        """
    }

    /// What is not counted is 0, and so are limits and protections that there are not.
    private static var fileRows: StaticString {
        """
        aio-max-nr 65536~
        aio-nr 0~
        dentry-state 0\t0\t45\t0\t0\t0~
        dir-notify-enable 0~
        inode-nr 0\t0~
        inode-state 0\t0\t0\t0\t0\t0\t0~
        lease-break-time 45~
        leases-enable 0~
        mount-max 100000~
        overflowgid 65534~
        overflowuid 65534~
        pipe-user-pages-hard 0~
        pipe-user-pages-soft 0~
        protected_fifos 0~
        protected_hardlinks 0~
        protected_regular 0~
        protected_symlinks 0~
        suid_dumpable 0~

        """
    }

    /// The sizes of SocketOptions.
    private static var socketRows: StaticString {
        """
        netdev_max_backlog 1000~
        rmem_default 212992~
        rmem_max 212992~
        wmem_default 212992~
        wmem_max 212992~

        """
    }
}

extension ConstantTable {
    /// What every process has: no control groups, no namespaces but the first, and nobody has logged in.
    static var process: ConstantTable {
        ConstantTable(
            """
            cgroup 0::/~
            coredump_filter 00000033~
            cpuset /~
            gid_map          0          0 4294967295~
            io rchar: 0~wchar: 0~syscr: 0~syscw: 0~read_bytes: 0~write_bytes: 0~cancelled_write_bytes: 0~
            loginuid 4294967295
            personality 00000000~
            projid_map          0          0 4294967295~
            sessionid 4294967295
            setgroups allow~
            syscall running~
            timerslack_ns 50000~
            uid_map          0          0 4294967295~
            wchan 0

            """)
    }
}
