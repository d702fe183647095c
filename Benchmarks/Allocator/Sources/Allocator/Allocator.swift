// SPDX-License-Identifier: Apache-2.0
//
// Takes small blocks from the kernel's heap and gives them back, for `dev bench`. Says for each item how
// often, in the words of microbench.c. Nothing but literals is printed: text of numbers would bring more code than the measurement.

import Apus
import CMark

@main
struct Allocator {
    static func main() {
        measure_loop(10_000)
        measure_pair(10_000)
        print("BENCH empty_loop 10000 0")
        print("BENCH kernel_malloc_free 10000 0")
    }
}
