import Glibc
import ServerTestKit

/// The file through which the daemon's fault points are counted, and one of them is made its end.
///
/// The daemon has it mapped; what is read and written here goes through the same pages of the kernel's cache.
///
///     |<- passages: UInt64 ->|<- the passage at which the daemon kills itself, or 0: UInt64 ->|<- UInt64 ->|
final class FaultFile: Sendable {
    private static let size = 24
    private static let killOffset = 8

    let path: String
    private let descriptor: Int32

    init(at path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CallError(call: "open(\(path))") }
        guard ftruncate(descriptor, off_t(Self.size)) == 0 else {
            let failure = CallError(call: "ftruncate(\(path))")
            close(descriptor)
            throw failure
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// How many fault points the daemon has passed, all runs of it together.
    var passages: UInt64 { number(at: 0) }

    private func number(at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        let size = MemoryLayout<UInt64>.size
        return pread(descriptor, &value, size, off_t(offset)) == size ? value : 0
    }

    /// Has the daemon end at a fault point, counted from the next one, which is 1.
    func arm(_ distance: Int) throws {
        try setKill(passages + UInt64(distance))
    }

    /// Has the daemon pass all fault points from now on; tells whether it may have come to the one that was armed.
    func disarm() throws -> Bool {
        let armed = number(at: Self.killOffset)
        try setKill(0)
        return armed != 0 && passages >= armed
    }

    private func setKill(_ passage: UInt64) throws {
        var value = passage
        guard pwrite(descriptor, &value, MemoryLayout<UInt64>.size, off_t(Self.killOffset)) == 8 else {
            throw CallError(call: "pwrite(\(path))")
        }
    }
}
