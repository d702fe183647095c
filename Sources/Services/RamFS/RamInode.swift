// SPDX-License-Identifier: Apache-2.0
//
// What all inodes of the file system in memory have: a place in the inode limit, and where their name is. A device,
// FIFO or socket inode is nothing more than this; who opens it is the mount namespace's business.

public import Containers
import Events
public import FileSystem
public import LinuxABI
import Sync

/// An inode in memory.
public class RamInode: Inode, @unchecked Sendable {
    /// Where the name is: the directory, and the slot of the entry in it.
    struct Home {
        var directory: RamDirectory
        /// Nil once the name has been removed; the directory is kept, as the ".." of a removed directory and for the
        /// lost name's path.
        var slot: Int?
    }

    /// The name given last. An inode with several names keeps only that one in mind.
    let home = BlockingMutex<Home?>(nil)
    /// What the name was, once the inode has lost it: /proc still tells it of what is open.
    let lostName = BlockingMutex(ByteString())
    /// The extended attributes, once there has been one.
    let attributeSlot = LazyReference<ExtendedAttributes>()

    /// Makes an inode that has been taken out of the volume's limit.
    ///
    /// - Parameter number: nil for the volume's next one.
    init(volume: RamVolume, number: UInt64? = nil, linkCount: UInt32, _ description: borrowing NewInode) {
        super.init(volume: volume, number: number ?? volume.makeNumber(), linkCount: linkCount, description)
    }

    deinit {
        (volume as? RamVolume)?.giveInode()
    }

    public override var parent: Inode? {
        home.withLock { $0?.directory }
    }

    // MARK: Extended attributes

    public override var hasExtendedAttributes: Bool { true }

    public override func extendedAttribute(
        _ name: Span<UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        try withExtendedAttribute(name, body)
    }

    public override func setExtendedAttribute(
        _ name: Span<UInt8>, to value: consuming ByteString, _ flags: ExtendedAttributeFlags
    ) throws(Errno) {
        try storeExtendedAttribute(name, to: value, flags)
    }

    public override func removeExtendedAttribute(_ name: Span<UInt8>) throws(Errno) {
        try dropExtendedAttribute(name)
    }

    public override func forEachExtendedAttribute(_ body: (Span<UInt8>) -> Void) {
        attributeSlot.existing?.forEach(body)
    }

    // MARK: Names

    /// Notes that the inode has a name in a slot of a directory.
    func setHome(_ directory: RamDirectory, _ slot: Int) {
        let old = home.withLock { home -> Home? in
            let old = home
            home = Home(directory: directory, slot: slot)
            return old
        }
        _ = old
    }

    /// Notes that a name has been removed. The directory stays, so nothing is released.
    func clearHome(_ directory: RamDirectory, _ slot: Int, name: consuming ByteString) {
        let isLast = home.withLock { home -> Bool in
            guard let current = home, current.directory === directory, current.slot == slot else { return false }
            home?.slot = nil
            return true
        }
        var name = name
        if isLast { lostName.withLock { swap(&$0, &name) } }
    }

    /// Counts a name more or less.
    func changeLinkCount(by delta: Int32) {
        let now = FileClock.now
        attributes.withLock { attributes in
            attributes.linkCount = UInt32(bitPattern: Int32(bitPattern: attributes.linkCount) &+ delta)
            attributes.changed = now
        }
    }
}
