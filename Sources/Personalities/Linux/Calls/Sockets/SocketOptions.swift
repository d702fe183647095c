// SPDX-License-Identifier: Apache-2.0
//
// getsockopt(2), setsockopt(2): the options of level SOL_SOCKET. Source: socket(7).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sockets
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func setsockopt(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        let length = Int(descriptor(r.argument4))
        guard length >= 0 else { throw .invalidArgument }
        guard word(r.argument1) == SocketOption.level else { throw .notSupported }
        let option = SocketOption(rawValue: word(r.argument2))
        switch option {
        case .receiveTimeout, .sendTimeout: try setTimeout(socket, option, r.argument3, length)
        case .linger: try setLinger(socket, r.argument3, length)
        default:
            guard length >= 4 else { throw .invalidArgument }
            let value = Int(try UserMemory.load(Int32.self, at: UserAddress(r.argument3)))
            try set(socket, option, value, task)
        }
        return 0
    }

    private static func set(_ socket: Socket, _ option: SocketOption, _ value: Int, _ task: Task) throws(Errno) {
        let limit = SocketOptions.bufferLimit
        switch option {
        case .sendBuffer:
            let size = SocketOptions.bufferSize(value, limit: limit, least: 4608)
            socket.sendBuffer = size
        case .receiveBuffer:
            let size = SocketOptions.bufferSize(value, limit: limit, least: 2304)
            socket.options.withLock { $0.receiveBuffer = size }
        case .sendBufferForced, .receiveBufferForced:
            guard task.process.credentials.has(.administration) else { throw .notPermitted }
            let isSend = option == .sendBufferForced
            let size = SocketOptions.bufferSize(value, limit: Int(Int32.max) / 2, least: isSend ? 4608 : 2304)
            if isSend { socket.sendBuffer = size } else { socket.options.withLock { $0.receiveBuffer = size } }
        case .passCredentials: socket.passesCredentials = value != 0
        case .type, .error, .protocolNumber, .domain, .isListening, .peerCredentials: throw .protocolNotAvailable
        default:
            guard SocketOptions.isSwitch(option) else { throw .protocolNotAvailable }
            socket.options.withLock { $0[option] = value != 0 }
        }
    }

    private static func setTimeout(
        _ socket: Socket, _ option: SocketOption, _ address: UInt, _ length: Int
    ) throws(Errno) {
        guard length >= 16 else { throw .invalidArgument }
        var buffer = LayoutBuffer<2>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        guard let time = Timestamp(decodingMicroseconds: buffer) else { throw .outOfDomain }
        // A negative time is none.
        let nanoseconds = time.totalNanoseconds ?? 0
        socket.options.withLock {
            if option == .receiveTimeout { $0.receiveTimeout = nanoseconds } else { $0.sendTimeout = nanoseconds }
        }
    }

    private static func setLinger(_ socket: Socket, _ address: UInt, _ length: Int) throws(Errno) {
        guard length >= 8 else { throw .invalidArgument }
        let value = try UserMemory.load(UInt64.self, at: UserAddress(address))
        socket.options.withLock { $0.linger = value }
    }

    // MARK: Asking

    @Sendable static func getsockopt(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        guard word(r.argument1) == SocketOption.level else { throw .notSupported }
        let room = try UserMemory.load(Int32.self, at: UserAddress(r.argument4))
        guard room >= 0 else { throw .invalidArgument }
        let answer = try answer(socket, SocketOption(rawValue: word(r.argument2)))
        let count = min(Int(room), answer.byteCount)
        try UserMemory.write(answer.bytes.extracting(0..<count), to: UserAddress(r.argument3))
        try UserMemory.store(Int32(count), at: UserAddress(r.argument4))
        return 0
    }

    private static func answer(_ socket: Socket, _ option: SocketOption) throws(Errno) -> LayoutBuffer<2> {
        let options = socket.options.withLock { $0 }
        switch option {
        case .type: return number(socket.type.rawValue)
        case .domain: return number(UInt32(socket.domain.rawValue))
        case .protocolNumber: return number(UInt32(bitPattern: socket.protocolNumber))
        case .error: return number(UInt32(socket.takeError()?.rawValue ?? 0))
        case .isListening: return number(socket.isListening ? 1 : 0)
        case .sendBuffer: return number(UInt32(truncatingIfNeeded: socket.sendBuffer))
        case .receiveBuffer: return number(UInt32(truncatingIfNeeded: options.receiveBuffer))
        case .passCredentials: return number(socket.passesCredentials ? 1 : 0)
        case .peerCredentials: return socket.peerCredentials.encoded
        case .receiveTimeout: return Timestamp(nanosecondsSinceEpoch: options.receiveTimeout).encodedMicroseconds
        case .sendTimeout: return Timestamp(nanosecondsSinceEpoch: options.sendTimeout).encodedMicroseconds
        case .linger:
            var buffer = LayoutBuffer<2>(byteCount: 8)
            buffer.store64(options.linger, at: 0)
            return buffer
        default:
            guard SocketOptions.isSwitch(option) else { throw .protocolNotAvailable }
            return number(options[option] ? 1 : 0)
        }
    }

    private static func number(_ value: UInt32) -> LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>(byteCount: 4)
        buffer.store32(value, at: 0)
        return buffer
    }
}
