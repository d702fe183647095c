// SPDX-License-Identifier: Apache-2.0
//
// The seam between the kernel and a program's memory: copies that survive a bad address. The address space that is
// current is the one that is meant. Callers (Services/UserMemory) have checked that the range is the program's half;
// what is mapped there is found out by trying, and a page fault that cannot be served ends the copy early.

internal import CMachine

/// Copies between the kernel and the running program. Each answers how many bytes it did NOT reach.
public enum UserCopy {
    /// From a frame to the program.
    public static func toProgram(_ address: UInt, from frame: FrameNumber, at offset: Int, count: Int) -> Int {
        copy(address, Frames.address(frame, offset, count), count)
    }

    /// From the program to a frame.
    public static func fromProgram(_ address: UInt, to frame: FrameNumber, at offset: Int, count: Int) -> Int {
        copy(Frames.address(frame, offset, count), address, count)
    }

    /// From kernel bytes to the program.
    public static func toProgram(_ address: UInt, from source: RawSpan) -> Int {
        source.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return copy(address, UInt(bitPattern: base), bytes.count)
        }
    }

    /// From the program to kernel bytes.
    public static func fromProgram(_ address: UInt, into target: inout MutableRawSpan) -> Int {
        target.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return copy(UInt(bitPattern: base), address, bytes.count)
        }
    }

    /// Zeros in the program.
    public static func clear(_ address: UInt, count: Int) -> Int {
        // SAFETY: the routine recovers from faults; the caller checked the range to be the program's.
        Int(bitPattern: UInt(machine_clear_user(UnsafeMutableRawPointer(bitPattern: address), count)))
    }

    private static func copy(_ target: UInt, _ source: UInt, _ count: Int) -> Int {
        // SAFETY: as above; the kernel's side was bounds-checked by Frames or is a span.
        Int(
            bitPattern: UInt(
                machine_copy_user(
                    UnsafeMutableRawPointer(bitPattern: target), UnsafeRawPointer(bitPattern: source), count)))
    }
}

extension UserCopy {
    /// An integer of the program, or nil at a bad address.
    @inline(__always) public static func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, _ address: UInt)
        -> T?
    {
        let place = UnsafeRawPointer(bitPattern: address)
        if MemoryLayout<T>.size == 8 || MemoryLayout<T>.size == 4 {
            let word = MemoryLayout<T>.size == 8 ? machine_load_user64(place) : machine_load_user32(place)
            return word.missed == 0 ? T(truncatingIfNeeded: word.value) : nil
        }
        var value: T = 0
        let missed = withUnsafeMutablePointer(to: &value) {
            machine_copy_user($0, place, MemoryLayout<T>.size)
        }
        return missed == 0 ? value : nil
    }

    /// Writes an integer. - Returns: false at a bad address.
    @inline(__always) public static func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ address: UInt)
        -> Bool
    {
        let place = UnsafeMutableRawPointer(bitPattern: address)
        if MemoryLayout<T>.size == 8 { return machine_store_user64(place, UInt64(truncatingIfNeeded: value)) == 0 }
        if MemoryLayout<T>.size == 4 { return machine_store_user32(place, UInt32(truncatingIfNeeded: value)) == 0 }
        return withUnsafePointer(to: value) { machine_copy_user(place, $0, MemoryLayout<T>.size) == 0 }
    }

    /// What became of an exchange.
    public enum Exchange: Sendable {
        /// The word held what was expected and has the new value.
        case done
        /// The word held this.
        case found(UInt32)
        /// The address is bad.
        case unreachable
    }

    /// Replaces a word of the program if it holds what is expected, as one atomic step.
    ///
    /// - Parameter address: a multiple of 4.
    public static func exchange(_ address: UInt, expecting expected: UInt32, by desired: UInt32) -> Exchange {
        var found = expected
        // SAFETY: the routine recovers from faults; the caller checked the address to be the program's.
        switch machine_exchange_user32(UnsafeMutableRawPointer(bitPattern: address), &found, desired) {
        case 0: return .done
        case 1: return .found(found)
        default: return .unreachable
        }
    }
}
