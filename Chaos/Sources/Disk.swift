import Glibc
import TestSupport

/// A small disk of the daemon's own, in memory, on the directory of its records.
///
/// Whoever starts the harness gives it a mount namespace of its own, in case that it does not come to unmount it.
final class Disk {
    private static let options = "size=128k,mode=700"

    private let path: String
    private let filler: String

    init(on path: String) throws {
        self.path = path
        filler = "\(path)/filler"
        guard mkdir(path, 0o700) == 0 else { throw CallError(call: "mkdir(\(path))") }
        guard mount("tmpfs", path, "tmpfs", 0, Self.options) == 0 else { throw CallError(call: "mount(\(path))") }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
    }

    /// Takes all the space that is left.
    func fill() throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CallError(call: "open(\(filler))") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<1000 {
            guard write(descriptor, page, page.count) > 0 else {
                guard errno == ENOSPC else { throw CallError(call: "write(\(filler))") }
                return
            }
        }
        throw ChaosError("the disk cannot be filled")
    }

    func clear() throws {
        guard unlink(filler) == 0 else { throw CallError(call: "unlink(\(filler))") }
    }

    /// Makes it read-only, or writable again; false where somebody has a file open for writing.
    func setReadOnly(_ isReadOnly: Bool) throws -> Bool {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, Self.options) != 0 else { return true }
        guard errno == EBUSY else { throw CallError(call: "mount(\(path), MS_REMOUNT)") }
        return false
    }
}
