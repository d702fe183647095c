// SPDX-License-Identifier: Apache-2.0
//
// The first serial port as the log, and crashes on it: the same in every image for PCs.

internal import DeviceModel
internal import Log
internal import Machine
internal import Memory
internal import Processor
internal import Startup
internal import UART16550
internal import X86_64

/// The log of an image.
public enum BootLog {
    /// Opens COM1 for the log, if it is there, and sends crash reports to it.
    public static func open() {
        do throws(DeviceError) {
            Log.use(SerialLog(try UART16550(registers: PortWindow(base: 0x3f8, byteCount: 8))))
        } catch {
            return  // a machine without the port has no log
        }
        // SAFETY: set once, before anything can crash.
        unsafe Traps.crash = { report in
            Log.crash(report, registerNames: crashRegisterNames)
            CPU.powerOff()
        }
        #if Checks
        // SAFETY: as above.
        unsafe CheckReport.show = { text, number, isPlace in
            var line = LineBuffer()
            line.append(text)
            if isPlace { line.append("image+") }
            line.append(hexadecimal: number)
            line.append(0x0a)
            Log.raw(line.span)
        }
        #endif
    }
}
