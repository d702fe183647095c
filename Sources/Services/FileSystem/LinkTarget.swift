// SPDX-License-Identifier: Apache-2.0
//
// Where a symbolic link leads. Most links are text that the path walk continues with; the links of /proc (exe, cwd, fd)
// lead to an inode directly, whatever their text says.

public import Containers

/// The text of a symbolic link.
public typealias LinkText = ByteString

/// Where a symbolic link leads.
public enum LinkTarget: ~Copyable, Sendable {
    /// To a path, from the link's directory or from the root.
    case path(LinkText)
    /// To an inode, without a walk; without a mount, the walk stays in the link's.
    case inode(Inode, Mount?)
}
