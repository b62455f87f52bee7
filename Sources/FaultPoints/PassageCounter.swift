#if DEBUG
import Glibc
import Synchronization

/// Counts the steps that this process passes, in a file that a test maps too, and kills the process at a chosen step.
///
/// The file holds three 64-bit numbers in native byte order: the steps passed so far, the step to die at (zero for
/// none), and an unused one.
final class PassageCounter: Sendable {
    private static let size = 3 * MemoryLayout<UInt64>.size

    /// The counter named in the environment; nil in a process that no test watches.
    static let ofProcess = getenv("SWIFTVLAN_FAULTS").flatMap { PassageCounter(path: $0) }

    /// Plain loads and stores under the lock suffice. Of the processes that map the file, only this one writes the
    /// first number, and the lock keeps the compiler from caching the second.
    private let numbers: Mutex<UnsafeMutablePointer<UInt64>>

    private init?(path: UnsafePointer<CChar>) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A page beyond the file's end could be mapped, and touching it would end the process (mmap(2), SIGBUS).
        guard lseek(descriptor, 0, SEEK_END) >= Self.size,
            let page = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), page != MAP_FAILED
        else { return nil }
        numbers = Mutex(page.bindMemory(to: UInt64.self, capacity: 3))
    }

    func pass() {
        let isLast = numbers.withLock { numbers in
            numbers[0] &+= 1
            return numbers[0] == numbers[1]
        }
        guard isLast else { return }
        kill(getpid(), SIGKILL)
        // The signal may reach another thread first; this thread must not pass further steps.
        while true { pause() }
    }
}
#endif
