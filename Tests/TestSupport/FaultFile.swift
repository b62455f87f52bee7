import Glibc
import Synchronization

/// The test's side of the fault points. Another process counts the steps that it passes in this file, and ends at the
/// step that the file names. Both processes map it.
///
///     |<- steps passed: UInt64 ->|<- step to end at, or 0: UInt64 ->|<- not used: UInt64 ->|
package final class FaultFile: Sendable {
    /// The environment variable with the file's path. A process reads it once.
    package static let variable = "SWIFTVLAN_FAULTS"
    private static let size = 3 * MemoryLayout<UInt64>.size

    package let path: String
    private let numbers: Mutex<UnsafeMutablePointer<UInt64>>

    /// Creates a file of zeros: no step passed, no step to end at.
    package convenience init(path: String) throws {
        try self.init(path: path, openedWith: O_CREAT | O_TRUNC)
    }

    /// Opens an existing file, as the counting process does.
    package convenience init(existing path: String) throws {
        try self.init(path: path, openedWith: 0)
    }

    private init(path: String, openedWith flags: Int32) throws {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else { throw CallError(call: "open \(path)") }
        defer { close(descriptor) }
        guard ftruncate(descriptor, Self.size) == 0 else { throw CallError(call: "ftruncate \(path)") }
        guard let page = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), page != MAP_FAILED
        else { throw CallError(call: "mmap \(path)") }
        numbers = Mutex(page.bindMemory(to: UInt64.self, capacity: 3))
    }

    deinit { _ = numbers.withLock { munmap($0, Self.size) } }

    /// The steps that processes have passed so far.
    package var passages: UInt64 { numbers.withLock { $0[0] } }

    /// The step at which the process ends, counted from the first one; zero means none.
    package var killAt: UInt64 {
        get { numbers.withLock { $0[1] } }
        set { numbers.withLock { $0[1] = newValue } }
    }

    /// Sets the step to end at, counted from the next one, which is 1.
    package func arm(_ distance: Int) { numbers.withLock { $0[1] = $0[0] + UInt64(distance) } }

    /// Disarms the file. Returns true if the process may have reached the armed step.
    package func disarm() -> Bool {
        numbers.withLock { numbers in
            let armed = numbers[1]
            numbers[1] = 0
            return armed != 0 && numbers[0] >= armed
        }
    }
}
