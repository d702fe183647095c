// SPDX-License-Identifier: Apache-2.0
//
// /proc/cpuinfo as x86 programs know it: a block of "key : value" lines for each CPU. Source: proc_cpuinfo(5).

internal import LinuxABI
internal import ProcFS
internal import Processor
internal import Time

enum ProcessorText {
    static func add(to text: inout TextBuilder) throws(Errno) {
        let identity = CPUIdentity.read()
        try text.add("processor\t: 0\nvendor_id\t: ")
        for index in identity.vendor.indices { try text.add(byte: identity.vendor[index]) }
        try add("\ncpu family\t: ", identity.family, to: &text)
        try add("\nmodel\t\t: ", identity.model, to: &text)
        try text.add("\nmodel name\t: ")
        for index in identity.brand.indices where identity.brand[index] != 0 {
            try text.add(byte: identity.brand[index])
        }
        try add("\nstepping\t: ", identity.stepping, to: &text)
        let kilohertz = Clock.frequency / 1000
        try text.add("\ncpu MHz\t\t: ")
        try text.add(kilohertz / 1000)
        try text.add(".")
        try text.add(kilohertz % 1000, width: 3, padding: UInt8(ascii: "0"))
        try text.add("\nphysical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\nfpu\t\t: yes\nflags\t\t:")
        var failure: Errno?
        identity.forEachFeature { name in
            do throws(Errno) {
                try text.add(" ")
                try text.add(name)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        try add("\nclflush size\t: 64\naddress sizes\t: ", identity.physicalBits, to: &text)
        try add(" bits physical, ", identity.linearBits, to: &text)
        try text.add(" bits virtual\n\n")
    }

    private static func add(_ label: StaticString, _ number: UInt32, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(UInt64(number))
    }
}
