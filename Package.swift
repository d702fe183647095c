// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// The kernel, as a table of contents: one target per micro-library, one line of what it is, grouped by layer.
// A target imports lower layers or siblings that it lists; `make check` and the compiler hold it to that.
// This package has no dependencies. The `apus` tool is a package of its own, in Tools/.

import PackageDescription

/// Every target outside Sources/Machine: unsafe constructs must be written `unsafe`, and only *+Unsafe.swift may.
let safe: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .enableExperimentalFeature("RawLayout"),
    .enableExperimentalFeature("BuiltinModule"),
]

/// One micro-library: `Sources/<layer>/<name>`.
func library(_ layer: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", swiftSettings: safe)
}

/// One micro-library of the Machine layer, where raw pointers are at home.
func machine(_ folder: String, name: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name ?? folder, dependencies: dependencies, path: "Sources/Machine/\(folder)",
        swiftSettings: [
            .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
            .enableExperimentalFeature("Lifetimes"), .enableExperimentalFeature("Extern"),
        ])
}

/// The unit tests of one micro-library: `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
        swiftSettings: safe)
}

let package = Package(
    name: "apus",
    products: [
        // What native Swift applications import.
        .library(name: "Apus", targets: ["Apus"]),
        .library(name: "ApusThreads", targets: ["ApusThreads"]),
        // Shared with the tool: what both sides must read alike.
        .library(
            name: "ApusFormats", targets: ["ByteCodec", "Containers", "ELF", "CPIO", "BootProtocols", "LinuxABI"]),
        // For the tests of the tool and of machines.
        .library(name: "ApusTesting", targets: ["DamagedBytes"]),
    ],
    traits: [
        // Images that use all CPUs of a machine: the Linux one, and applications that ask for it.
        .trait(name: "SMP", description: "Several CPUs: without it, locks and queues are those of one CPU."),
        .trait(
            name: "Checks",
            description: "The order of locks is checked, freed memory is poisoned: for images that tests run."),
        .trait(
            name: "Cooperative",
            description: "Threads run until they wait or yield, on one CPU: for small native applications."),
    ],
    targets: [
        // L0 Formats: pure, used by the kernel and the tool alike.
        .target(name: "CAllocator", path: "Sources/Formats/CAllocator"),  // the fallible allocation behind Containers
        library("Formats", "ByteCodec"),  // reading and writing integers in byte sequences, checked
        library("Formats", "Containers", ["CAllocator"]),  // containers whose growth throws instead of trapping
        library("Formats", "ELF", ["ByteCodec"]),  // ELF64 headers, segments, notes, symbols
        library("Formats", "CPIO", ["ByteCodec"]),  // the newc archive, with page-aligned contents
        library("Formats", "BootProtocols", ["ByteCodec"]),  // PVH, the boot record, apus.* words, the control channel
        // what a PC's firmware says about its processors
        library("Formats", "FirmwareTables", ["ByteCodec"]),
        library("Formats", "LinuxABI"),  // errno, flags, structure layouts, system call numbers

        // L1 Machine: the only layer with raw pointers, assembly and #if arch.
        .target(name: "CMachine", path: "Sources/Machine/CMachine"),  // instructions, entry code, shared structures
        machine("Memory", ["CMachine", "Containers"]),  // frames, heap, direct map, device windows
        // contracts: page tables, traps, a program's registers
        machine("Processor", ["CMachine", "Memory", "Containers"]),
        machine("Arch/x86_64", name: "X86_64", ["CMachine", "Memory", "Processor"]),  // x86-64's answers to them
        // the face: CPU, threads' contexts
        machine("Machine", ["CMachine", "Memory", "Processor", "X86_64", "Containers"]),
        machine("Platform", ["CMachine", "Memory", "Machine", "X86_64", "Containers"]),  // boot protocols, memory map

        // L2 Core: the machine's time, threads and waiting, without devices.
        // what the kernel says about itself; crash reports
        library("Core", "Log", ["ByteCodec", "Containers", "Machine", "Processor"]),
        library("Core", "Sync", ["CAllocator", "Containers", "Machine", "Memory"]),  // locks that own their data
        library("Core", "Time", ["Machine", "X86_64", "Sync"]),  // clocks, timers, the one-shot hardware
        // vectors, deferred work
        library("Core", "Interrupts", ["CMachine", "Machine", "Processor", "Sync", "Time", "X86_64"]),
        library("Core", "Random", ["ByteCodec", "Machine", "Sync"]),  // the generator of random bytes
        library("Core", "Disciplines"),  // what a scheduler leaves open: whose turn it is, and for how long
        library("Core", "FairScheduling", ["Disciplines", "Time"]),  // turns by virtual time and by real-time priority
        library("Core", "CooperativeScheduling", ["Disciplines"]),  // turns that end when their threads say so
        library(
            // threads and who runs
            "Core", "Scheduler",
            [
                "CMachine", "Containers", "CooperativeScheduling", "Disciplines", "FairScheduling", "Machine", "Sync",
                "Time",
            ]),
        // brings up the CPUs beyond the first
        library(
            "Core", "Processors",
            ["Containers", "FirmwareTables", "Log", "Machine", "Memory", "Platform", "Scheduler", "Sync", "Time"]),
        library("Core", "Events", ["Machine", "Scheduler", "Sync", "Time"]),  // wait queues, mutexes, readiness

        // L3 Devices: where drivers and services meet, and the buses.
        // device classes, Driver, registry
        library("Devices", "DeviceModel", ["Containers", "Memory", "Interrupts", "Sync"]),
        library("Devices", "PCI", ["DeviceModel", "Memory", "Sync"]),  // functions, base addresses, capabilities, MSI-X
        // MMIO, PCI, rings
        library("Devices", "VirtIO", ["Containers", "DeviceModel", "Interrupts", "Memory", "PCI", "Sync"]),

        // L4 Drivers: one folder each; they know no service.
        library("Drivers", "UART16550", ["ByteCodec", "DeviceModel", "Interrupts", "Sync"]),  // the PC's serial port
        library(
            // named ports
            "Drivers", "VirtIOConsole", ["Containers", "DeviceModel", "Interrupts", "Memory", "Sync", "VirtIO"]),

        library(
            "Devices", "Discovery",
            // finding devices
            ["BootProtocols", "Containers", "DeviceModel", "Log", "Machine", "Memory", "PCI", "VirtIO"]),

        // L4 Services: what system calls are made of; they know no driver.
        library(
            // the tty
            "Services", "Terminal", ["Containers", "DeviceModel", "Events", "LinuxABI", "Sync", "Time", "UserMemory"]),
        library(
            "Services", "ControlChannel",
            // the host
            ["BootProtocols", "Containers", "DeviceModel", "Events", "LinuxABI", "Sync", "Time", "UserMemory"]),
        library(
            "Services", "SerialChannel",
            // the host, where there is one serial line
            ["BootProtocols", "Containers", "DeviceModel", "Events", "Sync"]),
        // a program's memory, by copy
        library("Services", "UserMemory", ["Containers", "LinuxABI", "Machine", "Memory"]),
        // the pages of one file, shared with mappings
        library("Services", "PageCache", ["Containers", "Memory", "Events"]),
        library(
            "Services", "FileSystem",
            // inodes, paths, descriptors
            ["Containers", "LinuxABI", "Sync", "Time", "Events", "UserMemory", "PageCache"]),
        library(
            "Services", "RamFS",
            // files in memory
            ["Containers", "LinuxABI", "Memory", "Sync", "Events", "UserMemory", "PageCache", "FileSystem"]),
        library(
            "Services", "DevFS",
            // devices by name and number
            ["Containers", "Events", "FileSystem", "LinuxABI", "RamFS", "Random", "UserMemory"]),
        library(
            "Services", "TerminalFiles",
            // terminals as files
            ["DevFS", "DeviceModel", "Events", "FileSystem", "LinuxABI", "Terminal", "UserMemory"]),
        library(
            "Services", "PseudoTerminals",
            // terminals whose other end is a program
            [
                "Containers", "DevFS", "DeviceModel", "Events", "FileSystem", "LinuxABI", "Sync", "Terminal",
                "TerminalFiles", "UserMemory",
            ]),
        // files whose contents are made when they are read
        library("Services", "TextFiles", ["Containers", "Events", "FileSystem", "LinuxABI", "UserMemory"]),
        // texts about processes
        library("Services", "ProcFS", ["Containers", "FileSystem", "LinuxABI", "TextFiles", "UserMemory"]),
        // texts about the machine's parts
        library("Services", "SysFS", ["Containers", "FileSystem", "LinuxABI", "TextFiles"]),

        library(
            "Services", "Pipes",
            ["Containers", "Events", "FileSystem", "LinuxABI", "Memory", "UserMemory"]),  // pipes and FIFOs
        library(
            "Services", "EventFiles",
            [
                "Containers", "Events", "FileSystem", "LinuxABI", "Processes", "Scheduler", "Sync", "Time",
                "UserMemory",
            ]),  // events as files

        library(
            "Services", "Sockets",
            [
                "Containers", "Events", "FileSystem", "LinuxABI", "Scheduler", "Sync", "Time", "UserMemory",
            ]),  // sockets and AF_UNIX

        library(
            "Services", "AddressSpace",
            ["Containers", "Events", "LinuxABI", "Machine", "Memory", "PageCache", "Processor"]),  // regions, faults
        library(
            "Services", "Futexes",
            // threads that wait on words of their program
            ["Containers", "Events", "LinuxABI", "Scheduler", "Sync", "Time", "UserMemory"]),
        library(
            "Services", "SystemVIPC",
            [
                "AddressSpace", "Containers", "Events", "FileSystem", "LinuxABI", "Memory", "PageCache", "Sync", "Time",
            ]),  // shared memory, semaphores and typed messages
        library(
            "Services", "MessageQueues",
            ["Containers", "Events", "FileSystem", "LinuxABI", "Sync", "Time", "UserMemory"]),  // POSIX message queues
        library(
            "Services", "Processes",
            [
                "AddressSpace", "Containers", "Events", "FairScheduling", "FileSystem", "Futexes", "LinuxABI", "Memory",
                "MessageQueues", "PageCache", "Random", "Scheduler", "Sockets", "Sync", "SystemVIPC", "Time", "Machine",
                "Processor",
            ]),  // processes, their threads, their signals

        // L5 Personalities: the face that an application sees.
        library(
            "Personalities", "Startup",
            [
                "BootProtocols", "ByteCodec", "Containers", "CPIO", "DeviceModel", "Log", "Memory", "Platform",
                "Random",
            ]),  // the boot record and overrides as values
        .target(
            name: "Native",
            dependencies: [
                "BootProtocols", "ByteCodec", "Containers", "CPIO", "DeviceModel", "Events", "Interrupts", "Log",
                "Machine", "Memory", "Platform", "Processor", "Scheduler", "SerialChannel", "Startup", "Sync", "Time",
            ],
            path: "Sources/Personalities/Native",
            swiftSettings: safe + [.enableExperimentalFeature("Extern")]),  // the kernel as functions
        library(
            "Personalities", "ApusThreads",
            // a native application's threads
            ["Containers", "Events", "Machine", "Native", "Processors", "Scheduler", "Time"]),
        library(
            "Personalities", "Linux",
            [
                "AddressSpace", "BootProtocols", "ByteCodec", "CMachine", "Containers", "ControlChannel", "CPIO",
                "DeviceModel",
                "DevFS", "Discovery", "ELF", "EventFiles", "Events", "FairScheduling", "FileSystem", "Futexes",
                "Interrupts",
                "LinuxABI", "Log",
                "Machine", "Memory", "MessageQueues",
                "PageCache", "Pipes", "Platform", "ProcFS", "Processes", "Processor", "Processors", "PseudoTerminals",
                "RamFS",
                "Random",
                "Scheduler", "Sockets", "Startup", "Sync", "SysFS", "SystemVIPC", "Terminal", "TerminalFiles",
                "TextFiles", "Time",
                "UserMemory",
            ]),  // the system calls

        // L6 Images: lists of what goes in, no logic.
        library(
            "Images", "BootLog",
            // the serial log
            ["DeviceModel", "Log", "Machine", "Memory", "Processor", "Startup", "UART16550", "X86_64"]),
        .target(
            name: "Apus",
            dependencies: ["BootLog", "DeviceModel", "Memory", "Native", "Startup", "UART16550", "X86_64"],
            path: "Sources/Images/native", swiftSettings: safe),  // what native Swift applications import
        .executableTarget(
            name: "linux", dependencies: ["BootLog", "Linux", "Startup", "VirtIOConsole", "X86_64"],
            path: "Sources/Images/linux", swiftSettings: safe),  // runs Linux programs

        tests("ByteCodec"),
        tests("Containers", ["CAllocator"]),
        tests("FirmwareTables", ["ByteCodec", "DamagedBytes"]),
        tests("ELF", ["ByteCodec", "DamagedBytes", "TestSupport"]),
        tests("CPIO", ["ByteCodec", "DamagedBytes", "TestSupport"]),
        tests("BootProtocols", ["ByteCodec", "DamagedBytes", "TestSupport"]),
        // What goes wrong with bytes, seeded; for tests here and for the machines that the developers' helper boots.
        .target(name: "DamagedBytes", path: "Tests/DamagedBytes", swiftSettings: safe),
        // Fakes of devices, buses and hosts, for the tests here and in drivers to come.
        .target(
            name: "TestSupport",
            dependencies: [
                "Containers", "DamagedBytes", "DeviceModel", "Disciplines", "Interrupts", "Machine", "Memory", "PCI",
                "Scheduler", "Time", "VirtIO",
            ],
            path: "Tests/TestSupport", swiftSettings: safe),
        tests("Memory", ["Containers", "TestSupport"]),
        tests("Processor", ["Containers", "Machine", "Memory", "TestSupport"]),
        tests("X86_64", ["TestSupport"]),
        tests("Machine", ["TestSupport"]),
        tests("Platform", ["Memory", "TestSupport"]),
        tests("Log", ["Processor", "TestSupport"]),
        tests("Sync", ["CAllocator", "Containers", "TestSupport"]),
        tests("Time", ["Containers", "DamagedBytes", "Machine", "TestSupport"]),
        tests("Random", ["ByteCodec", "Containers", "TestSupport"]),
        tests("Interrupts"),
        tests("FairScheduling", ["Disciplines", "TestSupport"]),
        tests("CooperativeScheduling", ["Disciplines", "TestSupport"]),
        tests("Scheduler", ["Machine", "TestSupport", "Time"]),
        tests("Events", ["Machine", "Scheduler", "TestSupport", "Time"]),
        tests("UserMemory", ["Containers", "LinuxABI", "TestSupport"]),
        tests("AddressSpace", ["Containers", "LinuxABI", "Memory", "Processor", "TestSupport"]),
        tests(
            "Processes",
            ["Containers", "FileSystem", "LinuxABI", "Memory", "PageCache", "RamFS", "Random", "Sync", "TestSupport"]),
        tests("Startup", ["BootProtocols", "ByteCodec", "CPIO", "DamagedBytes", "Random", "TestSupport"]),
        tests(
            "Linux",
            [
                "BootProtocols", "ByteCodec", "CPIO", "Containers", "ControlChannel", "DeviceModel", "FileSystem",
                "LinuxABI", "Memory", "ProcFS", "Processes", "RamFS", "Random", "TestSupport",
                "TextFiles", "UserMemory", "VirtIOConsole",
            ]),
        tests("DeviceModel", ["TestSupport"]),
        tests("PCI", ["DeviceModel", "Memory", "TestSupport"]),
        tests("VirtIO", ["Containers", "DeviceModel", "Interrupts", "Memory", "PCI", "TestSupport"]),
        tests("UART16550", ["Containers", "DeviceModel", "TestSupport"]),
        tests("VirtIOConsole", ["Containers", "DeviceModel", "Memory", "Sync", "TestSupport", "VirtIO"]),
        tests(
            "ControlChannel",
            [
                "BootProtocols", "Containers", "DeviceModel", "Events", "LinuxABI", "Memory", "TestSupport",
                "UserMemory",
                "VirtIOConsole",
            ]),
        tests("SerialChannel", ["BootProtocols", "ByteCodec", "Containers", "DeviceModel", "Events", "TestSupport"]),
        tests("Terminal", ["Containers", "DeviceModel", "Events", "LinuxABI", "TestSupport", "UserMemory"]),
        tests(
            "TerminalFiles",
            [
                "Containers", "DevFS", "Events", "FileSystem", "LinuxABI", "RamFS", "Random", "Terminal", "TestSupport",
                "UserMemory",
            ]),
        tests("LinuxABI"),
        tests("Pipes", ["Events", "FileSystem", "LinuxABI", "TestSupport", "UserMemory"]),
        tests("SystemVIPC", ["Containers", "FileSystem", "LinuxABI", "TestSupport"]),
        tests("MessageQueues", ["Containers", "FileSystem", "LinuxABI", "TestSupport"]),
        tests("Futexes", ["Events", "LinuxABI", "Scheduler", "TestSupport", "Time", "UserMemory"]),
        tests("EventFiles", ["Events", "FileSystem", "LinuxABI", "RamFS", "TestSupport", "Time", "UserMemory"]),
        tests("Sockets", ["Containers", "Events", "FileSystem", "LinuxABI", "Sync", "TestSupport", "UserMemory"]),
        tests("PageCache", ["CAllocator", "Containers", "Memory", "TestSupport"]),
        tests(
            "FileSystem",
            ["Containers", "Events", "LinuxABI", "Memory", "PageCache", "RamFS", "Sync", "TestSupport", "UserMemory"]),
        tests(
            "DevFS", ["Containers", "Events", "FileSystem", "LinuxABI", "RamFS", "Random", "TestSupport", "UserMemory"]),
        tests(
            "ProcFS", ["Containers", "FileSystem", "LinuxABI", "RamFS", "TestSupport", "TextFiles", "UserMemory"]),
        tests(
            "SysFS", ["Containers", "FileSystem", "LinuxABI", "RamFS", "TestSupport", "TextFiles", "UserMemory"]),
        tests(
            "RamFS",
            ["CAllocator", "Containers", "FileSystem", "LinuxABI", "Memory", "PageCache", "TestSupport", "UserMemory"]),
    ],
    swiftLanguageModes: [.v6]
)
