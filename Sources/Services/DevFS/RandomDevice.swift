// SPDX-License-Identifier: Apache-2.0
//
// `/dev/random` and `/dev/urandom`: the kernel's generator, which never runs dry, so both are the same. Source:
// random(4). Bytes written are stirred in; they count for nothing, as on Linux.

public import FileSystem
public import LinuxABI
public import Random
public import UserMemory

/// `/dev/random` and `/dev/urandom`.
public final class RandomDevice: CharacterDevice, @unchecked Sendable {
    /// The number of `/dev/random`.
    public static var randomNumber: DeviceNumber { DeviceNumber(major: 1, minor: 8) }
    /// The number of `/dev/urandom`.
    public static var urandomNumber: DeviceNumber { DeviceNumber(major: 1, minor: 9) }

    private let generator: RandomGenerator

    /// Creates the device over a generator.
    public init(_ generator: RandomGenerator) {
        self.generator = generator
        super.init()
    }

    public override var seekability: Seekability { .fixed }
    public override var isEndless: Bool { true }

    public override func read(into buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        while buffer.remaining > 0 {
            var words = LayoutBuffer<8>(byteCount: min(buffer.remaining, 64))
            for index in 0..<8 { if index * 8 < words.byteCount { words.store64(generator.next(), at: index * 8) } }
            try buffer.put(words.bytes)
        }
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) {
        while buffer.remaining > 0 {
            var words = LayoutBuffer<1>()
            try words.fill { (bytes) throws(Errno) in _ = try buffer.take(into: &bytes) }
            generator.stir(words.load64(0))
        }
    }

    public override func control(
        _ request: ControlRequest, _ argument: UserAddress, of file: OpenFile
    ) throws(Errno) -> Int {
        switch request {
        case .entropyCount:
            try UserMemory.store(256 as UInt32, at: argument)
            return 0
        default: throw .inappropriateIOCTLForDevice
        }
    }
}
