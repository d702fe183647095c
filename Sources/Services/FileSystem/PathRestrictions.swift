// SPDX-License-Identifier: Apache-2.0
//
// What a walk must not do, for those who open paths that somebody else made up: a server that hands out the files of a
// folder, an archive's unpacker. Where the walk stays inside a directory, that directory is the root of a context of its
// own; what is left to refuse is in PathWalk.
//
// Source: openat2(2), RESOLVE_*.

/// The restrictions of a walk.
public struct PathRestrictions: OptionSet, Sendable {
    /// The bits of openat2(2).
    public let rawValue: UInt8
    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No other mount: `.improperLink`.
    public static let oneMount = PathRestrictions(rawValue: 0x01)
    /// No link that leads to a place without a path, like those of /proc/self/fd: `.tooManySymbolicLinkLevels`.
    public static let noPlaceLinks = PathRestrictions(rawValue: 0x02)
    /// No symbolic link of any kind: `.tooManySymbolicLinkLevels`.
    public static let noLinks = PathRestrictions(rawValue: 0x04)
    /// Nothing that leads out of the directory where the walk begins: `.improperLink`.
    public static let beneath = PathRestrictions(rawValue: 0x08)
    /// The directory where the walk begins is "/", also for ".." and for links.
    public static let inRoot = PathRestrictions(rawValue: 0x10)

    /// Both that keep the walk inside a directory.
    static let inside: PathRestrictions = [.beneath, .inRoot]
}
