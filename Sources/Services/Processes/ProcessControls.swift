// SPDX-License-Identifier: Apache-2.0
//
// What a process says about itself by prctl(2) and personality(2), and is told again. Here each process has one set of
// secure bits, where Linux keeps them with the credentials of each thread.

internal import Sync

/// States that a process sets for itself.
public struct ProcessControls: Sendable {
    /// Whether others of the same user may look into it (PR_SET_DUMPABLE).
    public var isDumpable = true
    /// Whether it wants no large pages (PR_SET_THP_DISABLE).
    public var refusesLargePages = false
    /// What becomes of capabilities when users change (PR_SET_SECUREBITS).
    public var secureBits: SecureBits = []
    /// The execution domain and its flags (personality(2)).
    public var personality: UInt32 = 0

    init() {}
}

/// How user 0 and capabilities belong together.
///
/// - Source: capabilities(7), "The securebits flags".
public struct SecureBits: OptionSet, Sendable {
    /// The bits, as programs pass them.
    public let rawValue: UInt32

    /// Creates the set from its bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Changes of users leave capabilities alone (`SECBIT_NO_SETUID_FIXUP`).
    public static var keepsOnUserChange: SecureBits { SecureBits(rawValue: 1 << 2) }
    /// Whoever gives user 0 up keeps what is permitted (`SECBIT_KEEP_CAPS`).
    public static var keepsPermitted: SecureBits { SecureBits(rawValue: 1 << 4) }
    /// The same can no longer be changed (`SECBIT_KEEP_CAPS_LOCKED`).
    public static var keepsPermittedLocked: SecureBits { SecureBits(rawValue: 1 << 5) }
    /// The bits that lock the bit below each.
    public static var locks: SecureBits { SecureBits(rawValue: 0xaa) }
    /// All bits that there are.
    public static var all: SecureBits { SecureBits(rawValue: 0xff) }

    /// Whether these may become `new`: nothing unknown, nothing that is locked.
    public func mayBecome(_ new: SecureBits) -> Bool {
        let locked = SecureBits(rawValue: intersection(.locks).rawValue >> 1)
        return new.isSubset(of: .all) && symmetricDifference(new).isDisjoint(with: locked)
            && intersection(.locks).isSubset(of: new)
    }
}

extension Process {
    /// What it says about itself.
    public var controls: ProcessControls { state.withLock { $0.controls } }

    /// Changes that.
    public func changeControls(_ body: (inout ProcessControls) -> Void) {
        state.withLock { body(&$0.controls) }
    }
}
