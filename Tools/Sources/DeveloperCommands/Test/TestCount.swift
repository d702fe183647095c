// SPDX-License-Identifier: Apache-2.0

// The count of a test run, in the words that all parts of the test run share.

/// Passed and failed tests.
struct TestCount {
    private(set) var passed = 0
    private(set) var failed = 0

    /// Counts and prints one test; nil is a pass.
    mutating func record(_ name: String, _ failure: String?) {
        if let failure {
            failed += 1
            say("FAIL \(name): \(failure)")
        } else {
            passed += 1
            say("ok \(name)")
        }
    }

    /// "N passed, N failed".
    var line: String { "\(passed) passed, \(failed) failed" }
}
