// SPDX-License-Identifier: Apache-2.0

// A parallel stream, a thread, and a fault that becomes an exception: what Java's runtime asks of a kernel.
import java.util.stream.IntStream;

public class Hello {
    public static void main(String[] words) throws Exception {
        int sum = IntStream.rangeClosed(1, 100000).parallel().map(x -> x % 7).sum();
        Thread thread = new Thread(() -> System.out.println("thread"));
        thread.start();
        thread.join();
        try {
            String nothing = null;
            nothing.length();
        } catch (NullPointerException fault) {
            System.out.println("caught");
        }
        System.out.println("sum " + sum);
    }
}
