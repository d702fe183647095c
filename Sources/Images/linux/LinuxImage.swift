public import CMachine
import Platform
@main struct LinuxImage { static func main() {} }
@c(kernel_main) public func kernelMain() { for c in "hi\n".utf8 { machine_out8(0x3f8, c) } }
