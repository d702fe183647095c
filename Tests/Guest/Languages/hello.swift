// SPDX-License-Identifier: Apache-2.0

// Tasks, a lock and Foundation: what Swift's runtime asks of a kernel.
import Foundation

let sum = await withTaskGroup(of: Int.self) { group in
    for number in 1...100 { group.addTask { number * number } }
    return await group.reduce(0, +)
}
let lock = NSLock()
nonisolated(unsafe) var count = 0
DispatchQueue.concurrentPerform(iterations: 100) { _ in lock.withLock { count += 1 } }
print("swift \(sum) \(count) \(Data("abc".utf8).base64EncodedString())")
