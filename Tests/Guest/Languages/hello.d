// SPDX-License-Identifier: Apache-2.0

// A pool of threads, a thread, an exception and the garbage collector: what D's runtime asks of a kernel.
import core.memory : GC;
import core.thread : Thread;
import std.algorithm : sort;
import std.parallelism : taskPool;
import std.range : iota;
import std.stdio : writeln;

void main() {
    const total = taskPool.reduce!"a + b"(0L, iota(0L, 100_000L));
    auto thread = new Thread({ writeln("thread"); });
    thread.start();
    thread.join();
    try
        throw new Exception("thrown");
    catch (Exception error)
        writeln(error.msg);
    int[string] numbers = ["a": 1, "b": 2];
    foreach (round; 0 .. 100)
        numbers["c"] = cast(int) new int[](1000).length;
    GC.collect();
    writeln("d ", total, " ", numbers.keys.sort);
}
