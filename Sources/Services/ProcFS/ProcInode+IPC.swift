// SPDX-License-Identifier: Apache-2.0
//
// The limits of System V's objects and of POSIX message queues, and the lists of /proc/sysvipc. Source: proc_sysvipc(5),
// proc_sys_kernel(5), mq_overview(7).

import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    @inline(never)
    func addIPC(_ kind: SystemText, to text: inout TextBuilder) throws(Errno) {
        let limits = provider.ipcLimits
        switch kind {
        case .segmentBytesMax: try add(line: [limits.segmentBytes], to: &text)
        case .segmentPagesMax: try add(line: [limits.segmentPages], to: &text)
        case .segmentsMax: try add(line: [limits.segments], to: &text)
        case .semaphoreLimits:
            let limits = limits.semaphores
            try add(line: [limits.inSet, limits.total, limits.operations, limits.sets], to: &text)
        case .messageMax: try add(line: [limits.messages.bytes], to: &text)
        case .messageQueueBytes: try add(line: [limits.messages.queueBytes], to: &text)
        case .messageQueuesMax: try add(line: [limits.messages.queues], to: &text)
        case .queuesMax: try add(line: [limits.queues.count], to: &text)
        case .queueMessagesMax, .queueMessagesUsual: try add(line: [limits.queues.messages], to: &text)
        case .queueMessageSizeMax, .queueMessageSizeUsual: try add(line: [limits.queues.bytes], to: &text)
        case .sharedSegments:
            try text.add("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid")
            try text.add("      atime      dtime      ctime                   rss                  swap\n")
            try provider.addSharedSegments(to: &text)
        case .semaphoreSets:
            try text.add("       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n")
            try provider.addSemaphoreSets(to: &text)
        case .messageChannels:
            try text.add("       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid")
            try text.add("      stime      rtime      ctime\n")
            try provider.addMessageChannels(to: &text)
        default: throw .invalidArgument
        }
    }

    /// Numbers with tabs between them.
    private func add(line numbers: [UInt64], to text: inout TextBuilder) throws(Errno) {
        for (index, number) in numbers.enumerated() {
            if index > 0 { try text.add("\t") }
            try text.add(number)
        }
        try text.add("\n")
    }
}
