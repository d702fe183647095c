// SPDX-License-Identifier: Apache-2.0
//
// The program thread that runs, found without a lock, a cast or a reference count: every system call begins here.

public import FileSystem
public import Futexes
public import LinuxABI
internal import Scheduler

extension Task {
    /// Runs code with the running program thread.
    ///
    /// - Precondition: the kernel was entered from a program.
    @inline(__always) public static func withCurrent<R>(_ body: (Task) -> R) -> R {
        // SAFETY: only a Task leaves the kernel for a program, so an entry from one runs on a Task's thread; and the
        // thread keeps its body alive.
        unsafe Unmanaged<Task>.fromOpaque(CurrentThread.body)._withUnsafeGuaranteedRef(body)
    }

    /// Runs code with the open files of the thread's process, without counting a reference.
    ///
    /// - Precondition: the thread runs: it holds its process, which holds its files.
    @inline(__always) public func withFile(
        _ descriptor: Int32, _ body: (OpenFile) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        // SAFETY: the precondition.
        let result = unsafe Unmanaged.passUnretained(process.files)._withUnsafeGuaranteedRef { files in
            do throws(Errno) { return Result<Int, Errno>.success(try files.withFile(descriptor, body)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Runs code with the system's futexes, without counting a reference.
    ///
    /// - Precondition: the thread runs: it holds its process, which holds the system.
    @inline(__always) public func withFutexes<R>(_ body: (FutexTable) throws(Errno) -> R) throws(Errno) -> R {
        // SAFETY: the precondition.
        let result = unsafe Unmanaged.passUnretained(process.system.futexes)._withUnsafeGuaranteedRef { futexes in
            do throws(Errno) { return Result<R, Errno>.success(try body(futexes)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The running program thread.
    public static var current: Task { withCurrent { $0 } }
}
