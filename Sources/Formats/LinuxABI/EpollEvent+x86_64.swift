// SPDX-License-Identifier: Apache-2.0
//
// struct epoll_event, which x86-64 alone packs. Source: epoll_ctl(2); linux/eventpoll.h, EPOLL_PACKED.

/// Where the fields of `struct epoll_event` are.
///
/// - Layout: u32 events, then u64 of the program's own; 12 bytes on x86-64, 16 elsewhere.
/// - Source: epoll_ctl(2).
public enum EpollEventLayout {
    #if arch(x86_64)
    /// The offset of the program's own eight bytes.
    public static var dataOffset: Int { 4 }
    /// How many bytes one has.
    public static var byteCount: Int { 12 }
    #else
    /// The offset of the program's own eight bytes.
    public static var dataOffset: Int { 8 }
    /// How many bytes one has.
    public static var byteCount: Int { 16 }
    #endif
}
