// SPDX-License-Identifier: Apache-2.0
//
// Register numbers and bits of the PC16550D (§8, table II). Some numbers mean one register when read and another when
// written, or another again while the divisor latch is open; the names say which use is meant.

import DeviceModel

/// Register numbers.
enum UARTRegister: Int {
    /// Received byte, byte to send, or the low half of the divisor.
    case data = 0
    /// Which events interrupt, or the high half of the divisor.
    case interruptEnable = 1
    /// Read: what interrupted. Written: the FIFO.
    case interruptIdentification = 2
    case lineControl = 3
    case modemControl = 4
    case lineStatus = 5
    case scratch = 7

    /// The same number as `interruptIdentification`, written.
    static let fifoControl = UARTRegister.interruptIdentification
}

/// Bits of the interrupt enable register.
enum InterruptEnable {
    static let receivedData: UInt8 = 0x01
    /// Received bytes, and an empty transmitter.
    static let both: UInt8 = 0x03
}

/// Bits of the FIFO control register.
enum FIFOControl {
    /// On, both FIFOs emptied, interrupt at fourteen bytes: a keystroke is late by the four characters' time after which
    /// the chip announces fewer (§8.4), and QEMU hands over as many bytes at a time as this level says.
    static let enableAndClear: UInt8 = 0xc7
}

/// Bits of the line control register.
enum LineControl {
    static let eightBitsNoParity: UInt8 = 0x03
    static let divisorLatch: UInt8 = 0x80
}

/// Bits of the modem control register.
enum ModemControl {
    static let dataTerminalReady: UInt8 = 0x01
    static let requestToSend: UInt8 = 0x02
    static let out2: UInt8 = 0x08
}

/// Bits of the line status register.
enum LineStatus {
    static let dataReady: UInt8 = 0x01
    /// The FIFO is empty.
    static let transmitterEmpty: UInt8 = 0x20
    /// The FIFO and the shift register are.
    static let transmitterIdle: UInt8 = 0x40
}
