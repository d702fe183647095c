// SPDX-License-Identifier: Apache-2.0
//
// One futex: a word of a program, and what makes it the same word for everybody who can reach it. In private memory that
// is the address space and the address; in shared memory the file's pages and the place in them (futex(2), futex(7)).

public import LinuxABI
public import UserMemory

/// A word that threads wait on.
public struct Futex {
    /// Where the caller sees it; a multiple of 4.
    public let address: UserAddress
    /// What the word belongs to, as its address: an address space, or the pages of a file.
    let owner: UInt
    /// Where in its owner.
    let offset: UInt64
    /// Keeps the owner alive while somebody waits, where nothing else does: another thread may unmap a file.
    private let keeper: AnyObject?

    /// Names a word of the calling thread's own memory.
    ///
    /// - Parameter space: the address space, which the thread is in as long as it waits.
    public init(_ address: UserAddress, private space: ObjectIdentifier) {
        self.address = address
        owner = space.address
        offset = UInt64(address.rawValue)
        keeper = nil
    }

    /// Names a word that others see elsewhere.
    public init(_ address: UserAddress, sharedIn owner: AnyObject, at offset: UInt64) {
        self.address = address
        self.owner = ObjectIdentifier(owner).address
        self.offset = offset
        keeper = owner
    }

    /// Whether it is the same word, wherever it is seen.
    public func isSame(as other: Futex) -> Bool { offset == other.offset && owner == other.owner }

    /// Which bucket it falls into. Multiplicative: words lie in regular distances (Knuth, vol. 3, 6.4).
    var hash: UInt64 { (offset >> 2 ^ UInt64(owner) >> 4) &* 0x9e37_79b9_7f4a_7c15 }

    /// The word.
    ///
    /// - Throws: `.badAddress`.
    public func load() throws(Errno) -> UInt32 { try UserMemory.load(UInt32.self, at: address) }

    /// Replaces the word if it holds what is expected. - Returns: whether it did.
    ///
    /// - Throws: `.badAddress`.
    public func exchange(_ expected: UInt32, by desired: UInt32) throws(Errno) -> Bool {
        try UserMemory.exchange(at: address, expecting: expected, by: desired)
    }
}

/// The parts of a futex word that names its owner (futex(2), "Priority-inheritance futexes"; robust lists).
public enum FutexWord {
    /// Threads wait for it in the kernel (FUTEX_WAITERS).
    public static var waiters: UInt32 { 0x8000_0000 }
    /// Its owner ended without giving it up (FUTEX_OWNER_DIED).
    public static var ownerDied: UInt32 { 0x4000_0000 }
    /// The owner's number (FUTEX_TID_MASK).
    public static var owner: UInt32 { 0x3fff_ffff }
}
