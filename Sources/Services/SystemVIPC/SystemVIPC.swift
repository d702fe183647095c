// SPDX-License-Identifier: Apache-2.0
//
// The objects of System V interprocess communication that a system has (svipc(7)). They belong to no process: only their
// removal ends them, and with it the machine.

/// Shared memory, semaphores and messages of a system.
public final class SystemVIPC: Sendable {
    /// Segments of shared memory (shmget(2)).
    public let memory = SharedMemory()
    /// Sets of semaphores (semget(2)).
    public let semaphores = SemaphoreSets()
    /// Queues of messages (msgget(2)).
    public let messages = MessageChannels()

    /// Creates a system without any.
    public init() {}
}
