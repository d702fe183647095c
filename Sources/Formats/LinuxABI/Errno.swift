// SPDX-License-Identifier: Apache-2.0
//
// Linux's error numbers, as programs see them: the negated value is what a system call returns. The names are those of
// swift-system where it has one. The values are the same on x86-64, AArch64 and RISC-V (asm-generic/errno.h).
// `EWOULDBLOCK` is `EAGAIN`, `ENOTSUP` is `EOPNOTSUPP` and `EDEADLOCK` is `EDEADLK` on Linux.

/// An error number of Linux.
///
/// - Source: errno(3).
public struct Errno: RawRepresentable, Error, Hashable, Sendable {
    /// The number, as in C's `errno`; never zero for an error.
    public let rawValue: UInt16

    /// Creates the error of that number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// What a system call puts into the result register: the negated number.
    public var systemCallResult: Int { -Int(rawValue) }

    /// Would block: the same number as `resourceTemporarilyUnavailable`. The corresponding C error is `EWOULDBLOCK`.
    public static var wouldBlock: Errno { .resourceTemporarilyUnavailable }
}

extension Errno {
    /// Operation not permitted. The corresponding C error is `EPERM`.
    public static var notPermitted: Errno { Errno(1) }

    /// No such file or directory. The corresponding C error is `ENOENT`.
    public static var noEntry: Errno { Errno(2) }

    /// No such process. The corresponding C error is `ESRCH`.
    public static var noSuchProcess: Errno { Errno(3) }

    /// Interrupted system call. The corresponding C error is `EINTR`.
    public static var interrupted: Errno { Errno(4) }

    /// Input/output error. The corresponding C error is `EIO`.
    public static var ioError: Errno { Errno(5) }

    /// No such device or address. The corresponding C error is `ENXIO`.
    public static var noSuchAddressOrDevice: Errno { Errno(6) }

    /// Argument list too long. The corresponding C error is `E2BIG`.
    public static var argListTooLong: Errno { Errno(7) }

    /// Exec format error. The corresponding C error is `ENOEXEC`.
    public static var execFormatError: Errno { Errno(8) }

    /// Bad file descriptor. The corresponding C error is `EBADF`.
    public static var badFileDescriptor: Errno { Errno(9) }

    /// No child processes. The corresponding C error is `ECHILD`.
    public static var noChildProcess: Errno { Errno(10) }

    /// Resource temporarily unavailable. The corresponding C error is `EAGAIN`.
    public static var resourceTemporarilyUnavailable: Errno { Errno(11) }

    /// Cannot allocate memory. The corresponding C error is `ENOMEM`.
    public static var noMemory: Errno { Errno(12) }

    /// Permission denied. The corresponding C error is `EACCES`.
    public static var permissionDenied: Errno { Errno(13) }

    /// Bad address. The corresponding C error is `EFAULT`.
    public static var badAddress: Errno { Errno(14) }

    /// Block device required. The corresponding C error is `ENOTBLK`.
    public static var notBlockDevice: Errno { Errno(15) }

    /// Device or resource busy. The corresponding C error is `EBUSY`.
    public static var resourceBusy: Errno { Errno(16) }

    /// File exists. The corresponding C error is `EEXIST`.
    public static var fileExists: Errno { Errno(17) }

    /// Invalid cross-device link. The corresponding C error is `EXDEV`.
    public static var improperLink: Errno { Errno(18) }

    /// No such device. The corresponding C error is `ENODEV`.
    public static var operationNotSupportedByDevice: Errno { Errno(19) }

    /// Not a directory. The corresponding C error is `ENOTDIR`.
    public static var notDirectory: Errno { Errno(20) }

    /// Is a directory. The corresponding C error is `EISDIR`.
    public static var isDirectory: Errno { Errno(21) }

    /// Invalid argument. The corresponding C error is `EINVAL`.
    public static var invalidArgument: Errno { Errno(22) }

    /// Too many open files in system. The corresponding C error is `ENFILE`.
    public static var tooManyOpenFilesInSystem: Errno { Errno(23) }

    /// Too many open files. The corresponding C error is `EMFILE`.
    public static var tooManyOpenFiles: Errno { Errno(24) }

    /// Inappropriate ioctl for device. The corresponding C error is `ENOTTY`.
    public static var inappropriateIOCTLForDevice: Errno { Errno(25) }

    /// Text file busy. The corresponding C error is `ETXTBSY`.
    public static var textFileBusy: Errno { Errno(26) }

    /// File too large. The corresponding C error is `EFBIG`.
    public static var fileTooLarge: Errno { Errno(27) }

    /// No space left on device. The corresponding C error is `ENOSPC`.
    public static var noSpace: Errno { Errno(28) }

    /// Illegal seek. The corresponding C error is `ESPIPE`.
    public static var illegalSeek: Errno { Errno(29) }

    /// Read-only file system. The corresponding C error is `EROFS`.
    public static var readOnlyFileSystem: Errno { Errno(30) }

    /// Too many links. The corresponding C error is `EMLINK`.
    public static var tooManyLinks: Errno { Errno(31) }

    /// Broken pipe. The corresponding C error is `EPIPE`.
    public static var brokenPipe: Errno { Errno(32) }

    /// Numerical argument out of domain. The corresponding C error is `EDOM`.
    public static var outOfDomain: Errno { Errno(33) }

    /// Numerical result out of range. The corresponding C error is `ERANGE`.
    public static var outOfRange: Errno { Errno(34) }

    /// Resource deadlock avoided. The corresponding C error is `EDEADLK`.
    public static var deadlock: Errno { Errno(35) }

    /// File name too long. The corresponding C error is `ENAMETOOLONG`.
    public static var fileNameTooLong: Errno { Errno(36) }

    /// No locks available. The corresponding C error is `ENOLCK`.
    public static var noLocks: Errno { Errno(37) }

    /// Function not implemented. The corresponding C error is `ENOSYS`.
    public static var noFunction: Errno { Errno(38) }

    /// Directory not empty. The corresponding C error is `ENOTEMPTY`.
    public static var directoryNotEmpty: Errno { Errno(39) }

    /// Too many levels of symbolic links. The corresponding C error is `ELOOP`.
    public static var tooManySymbolicLinkLevels: Errno { Errno(40) }

    /// No message of desired type. The corresponding C error is `ENOMSG`.
    public static var noMessage: Errno { Errno(42) }

    /// Identifier removed. The corresponding C error is `EIDRM`.
    public static var identifierRemoved: Errno { Errno(43) }

    /// Channel number out of range. The corresponding C error is `ECHRNG`.
    public static var channelOutOfRange: Errno { Errno(44) }

    /// Level 2 not synchronized. The corresponding C error is `EL2NSYNC`.
    public static var level2NotSynchronized: Errno { Errno(45) }

    /// Level 3 halted. The corresponding C error is `EL3HLT`.
    public static var level3Halted: Errno { Errno(46) }

    /// Level 3 reset. The corresponding C error is `EL3RST`.
    public static var level3Reset: Errno { Errno(47) }

    /// Link number out of range. The corresponding C error is `ELNRNG`.
    public static var linkNumberOutOfRange: Errno { Errno(48) }

    /// Protocol driver not attached. The corresponding C error is `EUNATCH`.
    public static var protocolDriverNotAttached: Errno { Errno(49) }

    /// No CSI structure available. The corresponding C error is `ENOCSI`.
    public static var noCSIStructure: Errno { Errno(50) }

    /// Level 2 halted. The corresponding C error is `EL2HLT`.
    public static var level2Halted: Errno { Errno(51) }

    /// Invalid exchange. The corresponding C error is `EBADE`.
    public static var invalidExchange: Errno { Errno(52) }

    /// Invalid request descriptor. The corresponding C error is `EBADR`.
    public static var invalidRequestDescriptor: Errno { Errno(53) }

    /// Exchange full. The corresponding C error is `EXFULL`.
    public static var exchangeFull: Errno { Errno(54) }

    /// No anode. The corresponding C error is `ENOANO`.
    public static var noAnode: Errno { Errno(55) }

    /// Invalid request code. The corresponding C error is `EBADRQC`.
    public static var invalidRequestCode: Errno { Errno(56) }

    /// Invalid slot. The corresponding C error is `EBADSLT`.
    public static var invalidSlot: Errno { Errno(57) }

    /// Bad font file format. The corresponding C error is `EBFONT`.
    public static var badFontFile: Errno { Errno(59) }

    /// Device not a stream. The corresponding C error is `ENOSTR`.
    public static var notStream: Errno { Errno(60) }

    /// No data available. The corresponding C error is `ENODATA`.
    public static var noData: Errno { Errno(61) }

    /// Timer expired. The corresponding C error is `ETIME`.
    public static var timerExpired: Errno { Errno(62) }

    /// Out of streams resources. The corresponding C error is `ENOSR`.
    public static var outOfStreams: Errno { Errno(63) }

    /// Machine is not on the network. The corresponding C error is `ENONET`.
    public static var notOnNetwork: Errno { Errno(64) }

    /// Package not installed. The corresponding C error is `ENOPKG`.
    public static var packageNotInstalled: Errno { Errno(65) }

    /// Object is remote. The corresponding C error is `EREMOTE`.
    public static var objectIsRemote: Errno { Errno(66) }

    /// Link has been severed. The corresponding C error is `ENOLINK`.
    public static var linkSevered: Errno { Errno(67) }

    /// Advertise error. The corresponding C error is `EADV`.
    public static var advertiseError: Errno { Errno(68) }

    /// Srmount error. The corresponding C error is `ESRMNT`.
    public static var mountError: Errno { Errno(69) }

    /// Communication error on send. The corresponding C error is `ECOMM`.
    public static var communicationError: Errno { Errno(70) }

    /// Protocol error. The corresponding C error is `EPROTO`.
    public static var protocolError: Errno { Errno(71) }

    /// Multihop attempted. The corresponding C error is `EMULTIHOP`.
    public static var multiHop: Errno { Errno(72) }

    /// RFS specific error. The corresponding C error is `EDOTDOT`.
    public static var remoteFileSystemError: Errno { Errno(73) }

    /// Bad message. The corresponding C error is `EBADMSG`.
    public static var badMessage: Errno { Errno(74) }

    /// Value too large for defined data type. The corresponding C error is `EOVERFLOW`.
    public static var overflow: Errno { Errno(75) }

    /// Name not unique on network. The corresponding C error is `ENOTUNIQ`.
    public static var nameNotUnique: Errno { Errno(76) }

    /// File descriptor in bad state. The corresponding C error is `EBADFD`.
    public static var descriptorInBadState: Errno { Errno(77) }

    /// Remote address changed. The corresponding C error is `EREMCHG`.
    public static var remoteAddressChanged: Errno { Errno(78) }

    /// Can not access a needed shared library. The corresponding C error is `ELIBACC`.
    public static var sharedLibraryInaccessible: Errno { Errno(79) }

    /// Accessing a corrupted shared library. The corresponding C error is `ELIBBAD`.
    public static var sharedLibraryCorrupted: Errno { Errno(80) }

    /// .lib section in a.out corrupted. The corresponding C error is `ELIBSCN`.
    public static var librarySectionCorrupted: Errno { Errno(81) }

    /// Attempting to link in too many shared libraries. The corresponding C error is `ELIBMAX`.
    public static var tooManySharedLibraries: Errno { Errno(82) }

    /// Cannot exec a shared library directly. The corresponding C error is `ELIBEXEC`.
    public static var sharedLibraryNotExecutable: Errno { Errno(83) }

    /// Invalid or incomplete multibyte or wide character. The corresponding C error is `EILSEQ`.
    public static var illegalByteSequence: Errno { Errno(84) }

    /// Interrupted system call should be restarted. The corresponding C error is `ERESTART`.
    public static var restartCall: Errno { Errno(85) }

    /// Streams pipe error. The corresponding C error is `ESTRPIPE`.
    public static var streamsPipeError: Errno { Errno(86) }

    /// Too many users. The corresponding C error is `EUSERS`.
    public static var tooManyUsers: Errno { Errno(87) }

    /// Socket operation on non-socket. The corresponding C error is `ENOTSOCK`.
    public static var notSocket: Errno { Errno(88) }

    /// Destination address required. The corresponding C error is `EDESTADDRREQ`.
    public static var addressRequired: Errno { Errno(89) }

    /// Message too long. The corresponding C error is `EMSGSIZE`.
    public static var messageTooLong: Errno { Errno(90) }

    /// Protocol wrong type for socket. The corresponding C error is `EPROTOTYPE`.
    public static var protocolWrongTypeForSocket: Errno { Errno(91) }

    /// Protocol not available. The corresponding C error is `ENOPROTOOPT`.
    public static var protocolNotAvailable: Errno { Errno(92) }

    /// Protocol not supported. The corresponding C error is `EPROTONOSUPPORT`.
    public static var protocolNotSupported: Errno { Errno(93) }

    /// Socket type not supported. The corresponding C error is `ESOCKTNOSUPPORT`.
    public static var socketTypeNotSupported: Errno { Errno(94) }

    /// Operation not supported. The corresponding C error is `EOPNOTSUPP`.
    public static var notSupported: Errno { Errno(95) }

    /// Protocol family not supported. The corresponding C error is `EPFNOSUPPORT`.
    public static var protocolFamilyNotSupported: Errno { Errno(96) }

    /// Address family not supported by protocol. The corresponding C error is `EAFNOSUPPORT`.
    public static var addressFamilyNotSupported: Errno { Errno(97) }

    /// Address already in use. The corresponding C error is `EADDRINUSE`.
    public static var addressInUse: Errno { Errno(98) }

    /// Cannot assign requested address. The corresponding C error is `EADDRNOTAVAIL`.
    public static var addressNotAvailable: Errno { Errno(99) }

    /// Network is down. The corresponding C error is `ENETDOWN`.
    public static var networkDown: Errno { Errno(100) }

    /// Network is unreachable. The corresponding C error is `ENETUNREACH`.
    public static var networkUnreachable: Errno { Errno(101) }

    /// Network dropped connection on reset. The corresponding C error is `ENETRESET`.
    public static var networkReset: Errno { Errno(102) }

    /// Software caused connection abort. The corresponding C error is `ECONNABORTED`.
    public static var connectionAbort: Errno { Errno(103) }

    /// Connection reset by peer. The corresponding C error is `ECONNRESET`.
    public static var connectionReset: Errno { Errno(104) }

    /// No buffer space available. The corresponding C error is `ENOBUFS`.
    public static var noBufferSpace: Errno { Errno(105) }

    /// Transport endpoint is already connected. The corresponding C error is `EISCONN`.
    public static var socketIsConnected: Errno { Errno(106) }

    /// Transport endpoint is not connected. The corresponding C error is `ENOTCONN`.
    public static var socketNotConnected: Errno { Errno(107) }

    /// Cannot send after transport endpoint shutdown. The corresponding C error is `ESHUTDOWN`.
    public static var socketShutdown: Errno { Errno(108) }

    /// Too many references: cannot splice. The corresponding C error is `ETOOMANYREFS`.
    public static var tooManyReferences: Errno { Errno(109) }

    /// Connection timed out. The corresponding C error is `ETIMEDOUT`.
    public static var timedOut: Errno { Errno(110) }

    /// Connection refused. The corresponding C error is `ECONNREFUSED`.
    public static var connectionRefused: Errno { Errno(111) }

    /// Host is down. The corresponding C error is `EHOSTDOWN`.
    public static var hostIsDown: Errno { Errno(112) }

    /// No route to host. The corresponding C error is `EHOSTUNREACH`.
    public static var noRouteToHost: Errno { Errno(113) }

    /// Operation already in progress. The corresponding C error is `EALREADY`.
    public static var alreadyInProcess: Errno { Errno(114) }

    /// Operation now in progress. The corresponding C error is `EINPROGRESS`.
    public static var nowInProgress: Errno { Errno(115) }

    /// Stale file handle. The corresponding C error is `ESTALE`.
    public static var staleFileHandle: Errno { Errno(116) }

    /// Structure needs cleaning. The corresponding C error is `EUCLEAN`.
    public static var structureNeedsCleaning: Errno { Errno(117) }

    /// Not a XENIX named type file. The corresponding C error is `ENOTNAM`.
    public static var notXENIXNamedType: Errno { Errno(118) }

    /// No XENIX semaphores available. The corresponding C error is `ENAVAIL`.
    public static var noXENIXSemaphores: Errno { Errno(119) }

    /// Is a named type file. The corresponding C error is `EISNAM`.
    public static var isNamedType: Errno { Errno(120) }

    /// Remote I/O error. The corresponding C error is `EREMOTEIO`.
    public static var remoteIOError: Errno { Errno(121) }

    /// Disk quota exceeded. The corresponding C error is `EDQUOT`.
    public static var diskQuotaExceeded: Errno { Errno(122) }

    /// No medium found. The corresponding C error is `ENOMEDIUM`.
    public static var noMedium: Errno { Errno(123) }

    /// Wrong medium type. The corresponding C error is `EMEDIUMTYPE`.
    public static var wrongMediumType: Errno { Errno(124) }

    /// Operation canceled. The corresponding C error is `ECANCELED`.
    public static var canceled: Errno { Errno(125) }

    /// Required key not available. The corresponding C error is `ENOKEY`.
    public static var requiredKeyNotAvailable: Errno { Errno(126) }

    /// Key has expired. The corresponding C error is `EKEYEXPIRED`.
    public static var keyExpired: Errno { Errno(127) }

    /// Key has been revoked. The corresponding C error is `EKEYREVOKED`.
    public static var keyRevoked: Errno { Errno(128) }

    /// Key was rejected by service. The corresponding C error is `EKEYREJECTED`.
    public static var keyRejected: Errno { Errno(129) }

    /// Owner died. The corresponding C error is `EOWNERDEAD`.
    public static var ownerDead: Errno { Errno(130) }

    /// State not recoverable. The corresponding C error is `ENOTRECOVERABLE`.
    public static var stateNotRecoverable: Errno { Errno(131) }

    /// Operation not possible due to RF-kill. The corresponding C error is `ERFKILL`.
    public static var radioSwitchedOff: Errno { Errno(132) }

    /// Memory page has hardware error. The corresponding C error is `EHWPOISON`.
    public static var hardwarePoison: Errno { Errno(133) }
}
