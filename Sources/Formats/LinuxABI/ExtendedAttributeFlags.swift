// SPDX-License-Identifier: Apache-2.0
//
// The flags and limits of extended attributes.

/// What setxattr(2) does about an attribute that is there, or is not
///
/// - Source: setxattr(2).
public struct ExtendedAttributeFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `XATTR_CREATE`.
    public static var create: ExtendedAttributeFlags { ExtendedAttributeFlags(rawValue: 1) }
    /// `XATTR_REPLACE`.
    public static var replace: ExtendedAttributeFlags { ExtendedAttributeFlags(rawValue: 2) }
}

/// The limits of extended attributes
///
/// - Source: xattr(7), "Extended attributes limits"; limits.h.
public enum ExtendedAttributeLimit {
    /// Bytes of a name (`XATTR_NAME_MAX`).
    public static var name: Int { 255 }
    /// Bytes of a value (`XATTR_SIZE_MAX`).
    public static var value: Int { 65536 }
    /// Bytes of a list of names (`XATTR_LIST_MAX`).
    public static var list: Int { 65536 }
}
