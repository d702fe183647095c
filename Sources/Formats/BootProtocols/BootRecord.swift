// SPDX-License-Identifier: Apache-2.0

// The boot record: what the tool tells the kernel about the program, as the first member of the boot archive.
//
//     "APUSBOOT"  u32 version = 1   then records up to the end of the file, each
//     u16 kind    u16 flags         u32 length of the payload    payload    zeros to a multiple of 4
//
// Little-endian. Flag bit 0 marks a record as critical: a reader that does not know its kind must refuse to boot.
// Kinds not marked so are skipped, which lets a newer tool talk to an older kernel.

/// Names and numbers of the boot record.
public enum BootRecord {
    /// The archive member that holds the record, "apus.boot"; always the first.
    public static let memberName: StaticString = "apus.boot"
    /// The first eight bytes, "APUSBOOT", read as a little-endian number.
    public static let magic: UInt64 = 0x544f_4f42_5355_5041
    /// The version that this module reads and writes.
    public static let version: UInt32 = 1
    /// Size of what precedes the first record.
    public static let headerByteCount = 12

    /// The number of a record.
    public struct Kind: RawRepresentable, Equatable, Sendable {
        /// The value in the record.
        public let rawValue: UInt16
        /// Wraps a record's number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        /// Path of the program in the machine.
        public static let program = Kind(rawValue: 1)
        /// `argv`, each NUL-terminated.
        public static let arguments = Kind(rawValue: 2)
        /// `environ`, each NUL-terminated.
        public static let environment = Kind(rawValue: 3)
        /// Path of the working directory.
        public static let workingDirectory = Kind(rawValue: 4)
        /// u32 user, u32 group, u32 n, n times u32 supplementary group.
        public static let identity = Kind(rawValue: 5)
        /// The machine's name.
        public static let hostname = Kind(rawValue: 6)
        /// Three bytes for descriptors 0, 1, 2; one of padding; u16 rows, u16 columns.
        public static let streams = Kind(rawValue: 7)
        /// 32 random bytes.
        public static let seed = Kind(rawValue: 8)
        /// u64 nanoseconds since 1970, at the moment of starting.
        public static let epoch = Kind(rawValue: 9)
        /// u64 frequency of the time stamp counter in kHz.
        public static let counterFrequency = Kind(rawValue: 10)
        /// Paths to send back at the end, each NUL-terminated.
        public static let outputs = Kind(rawValue: 11)
        /// u32 file mode creation mask.
        public static let fileModeMask = Kind(rawValue: 12)
        /// u32 flags of `TraceOptions`.
        public static let trace = Kind(rawValue: 13)
        /// For each resource limit: u32 number, u32 zero, u64 soft, u64 hard.
        public static let limits = Kind(rawValue: 14)
        /// Empty: the whole boot archive is page-aligned (CPIOWriter.Layout).
        public static let pageAlignedArchive = Kind(rawValue: 15)
    }

    /// What a standard descriptor of the program is connected to.
    public enum Stream: UInt8, Sendable {
        /// Not open.
        case closed = 0
        /// A stream of bytes, like a pipe.
        case bytes = 1
        /// A terminal.
        case terminal = 2
        /// Standard error alone: the open file that standard output is, as after `2>&1`.
        case output = 3
    }

    /// What the kernel traces.
    public struct TraceOptions: OptionSet, Sendable {
        /// The flags in the record.
        public let rawValue: UInt32
        /// Wraps the flags of a record.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Every system call, in the syntax of strace(1), to the kernel's log.
        public static let systemCalls = TraceOptions(rawValue: 1)
    }
}

/// One record, decoded as far as it has a fixed shape; ranges are places in the bytes of the boot record.
public enum BootRecordItem: Equatable, Sendable {
    /// Path of the program in the machine: absolute, not empty, without NUL.
    case program(Range<Int>)
    /// `argv`; read it with `NULTerminatedStrings`.
    case arguments(Range<Int>)
    /// `environ`; read it with `NULTerminatedStrings`.
    case environment(Range<Int>)
    /// Path of the working directory: absolute, not empty, without NUL.
    case workingDirectory(Range<Int>)
    /// User and group; the supplementary groups are little-endian u32 in the range.
    case identity(userID: UInt32, groupID: UInt32, supplementaryGroups: Range<Int>)
    /// The machine's name, 1 to 64 bytes.
    case hostname(Range<Int>)
    /// The standard descriptors; rows and columns are zero where no terminal is.
    case streams(
        input: BootRecord.Stream, output: BootRecord.Stream, error: BootRecord.Stream, rows: UInt16, columns: UInt16)
    /// 32 random bytes.
    case seed(Range<Int>)
    /// Nanoseconds since 1970.
    case epoch(nanoseconds: UInt64)
    /// Frequency of the time stamp counter, not zero.
    case counterFrequency(kilohertz: UInt64)
    /// Paths to send back; read them with `NULTerminatedStrings`.
    case outputs(Range<Int>)
    /// File mode creation mask, at most 0o777.
    case fileModeMask(UInt32)
    /// What to trace.
    case trace(BootRecord.TraceOptions)
    /// Resource limits, 24 bytes each; read them with `BootRecordLimit`.
    case limits(Range<Int>)
    /// The whole boot archive is page-aligned.
    case pageAlignedArchive
    /// A kind that this reader does not know and may skip.
    case unknown(BootRecord.Kind)
}
