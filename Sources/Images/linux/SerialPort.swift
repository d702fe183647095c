// SPDX-License-Identifier: Apache-2.0
//
// The first serial port as the log's device, and crashes on it.

internal import DeviceModel
internal import Linux
internal import Log
internal import Machine
internal import Memory
internal import Processor
internal import UART16550
internal import X86_64

enum SerialPort {
    /// Opens COM1 for the log, if it is there, and sends crash reports to it.
    static func openLog() {
        do throws(DeviceError) {
            Log.use(SerialLog(try UART16550(registers: PortWindow(base: 0x3f8, byteCount: 8))))
        } catch {
            return  // a machine without the port has no log
        }
        Traps.crash = { report in
            Log.crash(report, registerNames: crashRegisterNames)
            CPU.powerOff()
        }
    }
}
