// SPDX-License-Identifier: Apache-2.0
//
// A pseudo-terminal of the Linux that the tests run on: the oracle that our discipline is compared with.
// The slave is nobody's controlling terminal, so signal characters flush and echo but signal nobody.

import Containers
import Glibc
import LinuxABI

final class HostTerminal {
    private let master: Int32
    private let slave: Int32

    /// Opens a pair; nil where the system has no pseudo-terminals.
    init?() {
        // SAFETY (this file): every pointer is to a local buffer of the stated size, for the duration of one call.
        // pts(4): TIOCSPTLCK unlocks the slave, TIOCGPTN names it.
        var locked: Int32 = 0
        var number: UInt32 = 0
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        guard master >= 0, unsafe ioctl(master, UInt(0x4004_5431), &locked) == 0,
            unsafe ioctl(master, UInt(0x8004_5430), &number) == 0
        else { return nil }
        slave = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_NONBLOCK)
        guard slave >= 0 else { return nil }
    }

    deinit {
        close(slave)
        close(master)
    }

    /// Sets the modes by the kernel's own structure.
    func set(_ attributes: TerminalAttributes) {
        let encoded = attributes.encoded
        var bytes = (0..<36).map { encoded.load8($0) }
        let result = unsafe ioctl(slave, UInt(0x5402), &bytes)
        precondition(result == 0)
    }

    func type(_ byte: UInt8) {
        var byte = byte
        let count = unsafe Glibc.write(master, &byte, 1)
        precondition(count == 1)
    }

    func write(_ bytes: [UInt8]) {
        let count = unsafe Glibc.write(slave, bytes, bytes.count)
        precondition(count == bytes.count)
    }

    /// What appears on the screen: waits a tenth of a second for `count` bytes, then takes what else there is.
    func screen(expecting count: Int) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&wait, 1, all.count < count ? 100 : 0) > 0 else { return all }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let got = unsafe read(master, &bytes, 4096)
            if got <= 0 { return all }
            all += bytes.prefix(got)
        }
    }

    /// One read; nil if it would wait.
    func read(_ limit: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let got = unsafe read(slave, &bytes, limit)
        return got < 0 ? nil : Array(bytes.prefix(got))
    }

    private func read(_ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        unsafe Glibc.read(descriptor, bytes, count)
    }

    /// FIONREAD.
    var readableCount: Int {
        var count: Int32 = 0
        let result = unsafe ioctl(slave, UInt(0x541b), &count)
        return result == 0 ? Int(count) : -1
    }
}
