// SPDX-License-Identifier: Apache-2.0

// Goroutines, a lock, a fault that becomes a panic, a timer and a channel: what Go's runtime asks of a kernel.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var group sync.WaitGroup
	var lock sync.Mutex
	sum := 0
	for i := 0; i < 1000; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			lock.Lock()
			sum += i
			lock.Unlock()
		}(i)
	}
	group.Wait()
	func() {
		defer func() { fmt.Println("recovered:", recover() != nil) }()
		var nothing *int
		fmt.Println(*nothing)
	}()
	select {
	case <-time.After(5 * time.Millisecond):
		fmt.Println("sum", sum)
	}
}
