// SPDX-License-Identifier: Apache-2.0

// Threads, a channel, a lock, a condition, a barrier, a map with random keys and a panic that is caught: what Rust's
// standard library asks of a kernel.
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, RwLock};
use std::thread;
use std::time::Duration;

fn channel() -> i64 {
    let (sender, receiver) = mpsc::channel();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let sender = sender.clone();
            thread::Builder::new()
                .name(format!("w{}", n))
                .stack_size(64 * 1024)
                .spawn(move || (0..100).for_each(|i| sender.send(n * i).unwrap()))
                .unwrap()
        })
        .collect();
    drop(sender);
    let sum = receiver.iter().sum();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    sum
}

fn locks() -> (HashMap<String, usize>, usize) {
    let words = Arc::new(Mutex::new(HashMap::new()));
    let reads = Arc::new((RwLock::new(7), AtomicUsize::new(0)));
    let barrier = Arc::new(Barrier::new(4));
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let (words, reads, barrier) = (words.clone(), reads.clone(), barrier.clone());
            thread::spawn(move || {
                barrier.wait();
                for i in 0..250 {
                    *words.lock().unwrap().entry(format!("k{}", i % 5)).or_insert(0) += n;
                    reads.1.fetch_add(*reads.0.read().unwrap(), Ordering::Relaxed);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let map = words.lock().unwrap().clone();
    (map, reads.1.load(Ordering::Relaxed))
}

fn condition() -> bool {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = pair.clone();
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(5));
        *other.0.lock().unwrap() = true;
        other.1.notify_one();
    });
    let (guard, result) =
        pair.1.wait_timeout_while(pair.0.lock().unwrap(), Duration::from_secs(60), |is_set| !*is_set).unwrap();
    thread.join().unwrap();
    *guard && !result.timed_out()
}

fn main() {
    println!("channel {}", channel());
    let (map, reads) = locks();
    let mut words: Vec<_> = map.into_iter().collect();
    words.sort();
    println!("locks {:?} {}", words, reads);
    println!("condition {}", condition());
    let lock = Arc::new(Mutex::new(1));
    let inner = lock.clone();
    let ended = thread::spawn(move || {
        let _guard = inner.lock().unwrap();
        let empty: Vec<i32> = Vec::new();
        empty[std::env::args().count() + 1]
    })
    .join();
    println!("thread panicked {} and poisoned {}", ended.is_err(), lock.is_poisoned());
    let caught = std::panic::catch_unwind(|| "x".parse::<i32>().unwrap());
    println!("caught {}", caught.is_err());
    thread::scope(|scope| {
        scope.spawn(|| println!("scoped"));
    });
    println!("rust");
}
