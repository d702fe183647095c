// SPDX-License-Identifier: Apache-2.0
//
// The inode's side of ExtendedAttributes: the object is made with the first attribute.

public import Containers
public import FileSystem
public import LinuxABI
import Sync

extension RamInode {
    private var ramVolume: RamVolume {
        guard let volume = volume as? RamVolume else { preconditionFailure() }
        return volume
    }

    func withExtendedAttribute(
        _ name: Span<UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        guard let attributes = attributeSlot.existing else { throw .noData }
        return try attributes.withValue(name, body)
    }

    func storeExtendedAttribute(
        _ name: Span<UInt8>, to value: consuming ByteString, _ flags: ExtendedAttributeFlags
    ) throws(Errno) {
        if flags.contains(.replace), attributeSlot.existing == nil { throw .noData }
        try attributeSlot.value { ExtendedAttributes(ramVolume) }.set(name, to: value, flags)
        noteChange()
    }

    func dropExtendedAttribute(_ name: Span<UInt8>) throws(Errno) {
        guard let attributes = attributeSlot.existing else { throw .noData }
        try attributes.remove(name)
        noteChange()
    }
}
