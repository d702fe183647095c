// SPDX-License-Identifier: Apache-2.0
//
// What event counters, polls, timers and signal files have in common: an inode that nothing leads to, and no position.

public import FileSystem
public import LinuxABI

/// An open file that is no more than that.
public class EventFile: OpenFile, @unchecked Sendable {
    /// Creates one that can be read and written.
    init(_ volume: UnnamedVolume, _ flags: OpenFlags) {
        // Linux shows no kind at all; one without positions is nearest.
        let mode = FileMode(.fifo, Permissions(rawValue: 0o600))
        let inode = Inode(volume: volume, number: volume.makeNumber(), linkCount: 1, NewInode(mode: mode))
        super.init(inode, nil, flags.union(.readWrite))
    }

    /// Succeeds and moves nothing, as on Linux.
    public override func seek(to offset: Int64, from origin: SeekOrigin) throws(Errno) -> UInt64 { 0 }
}
