// SPDX-License-Identifier: Apache-2.0
//
// /proc: a tree without storage. Inodes are made when they are looked up and say what the providers say at that moment.

public import FileSystem
public import LinuxABI

/// An instance of /proc.
public final class ProcVolume: Volume, @unchecked Sendable {
    let provider: any SystemProvider

    /// Creates an instance.
    public init(device: DeviceNumber, provider: any SystemProvider) {
        self.provider = provider
        super.init(device: device, typeName: "proc")
        setRoot(ProcInode(self, .root, user: 0, group: 0))
    }

    /// The inode of a node.
    ///
    /// - Throws: `.noEntry` if its process is gone.
    func inode(_ node: ProcNode) throws(Errno) -> ProcInode {
        guard let id = node.processID else { return ProcInode(self, node, user: 0, group: 0) }
        guard let process = provider.process(id) else { throw .noEntry }
        let credentials = process.credentials
        return ProcInode(self, node, user: credentials.user.effective, group: credentials.group.effective)
    }

    public override func status() -> FileSystemStatus {
        // PROC_SUPER_MAGIC, statfs(2).
        FileSystemStatus(magic: 0x9fa0)
    }
}
