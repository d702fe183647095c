// SPDX-License-Identifier: Apache-2.0
//
// Prints, uses an array and a class, sleeps, reads the clock and its arguments: the tour of a native application.

import Apus

/// Something that is counted by reference.
final class Greeter {
    private var greetings = 0

    func greet(_ who: String) {
        greetings += 1
        print("hello, \(who), number \(greetings)")
    }
}

@main
struct Hello {
    static func main() {
        let greeter = Greeter()
        greeter.greet("world")
        greeter.greet("unikernel")

        var squares: [Int] = []
        for n in 1...10 { squares.append(n * n) }
        print("the sum of the first ten squares is \(squares.reduce(0, +))")

        let before = Program.uptime
        Program.sleep(milliseconds: 10)
        let slept = Program.uptime - before
        print(slept >= 10_000_000 ? "slept for at least 10 ms" : "woke too early")

        for argument in Program.arguments.dropFirst() { print("argument: \(argument)") }
    }
}
