import Glibc

/// A small file system in memory, which can be filled and made read-only. Deinit unmounts it, even while it is in use.
/// Only root may mount it.
package final class MemoryDisk {
    package let path: String
    private let directory: TemporaryDirectory?
    private let options: String

    /// Mounts a disk on a temporary directory.
    package convenience init(kilobytes: Int) throws {
        let directory = try TemporaryDirectory()
        try self.init(on: directory.file("disk"), in: directory, kilobytes: kilobytes)
    }

    /// Mounts a disk on a directory that it creates in an existing one.
    package init(on path: String, in directory: TemporaryDirectory? = nil, kilobytes: Int) throws {
        guard mkdir(path, 0o700) == 0 else { throw CallError(call: "mkdir(\(path))") }
        options = "size=\(kilobytes)k,mode=700"
        guard mount("tmpfs", path, "tmpfs", 0, options) == 0 else { throw CallError(call: "mount(\(path))") }
        self.path = path
        self.directory = directory
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    private var filler: String { "\(path)/filler" }

    /// Fills the remaining space.
    package func fill() throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CallError(call: "open(\(filler))") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, page, page.count) > 0 {}
        guard errno == ENOSPC else { throw CallError(call: "write(\(filler))") }
    }

    /// Frees the space that `fill` used.
    package func clear() throws {
        guard unlink(filler) == 0 else { throw CallError(call: "unlink(\(filler))") }
    }

    /// Makes the disk read-only or writable again. Returns false if a file is open for writing.
    package func setReadOnly(_ isReadOnly: Bool) throws -> Bool {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, options) != 0 else { return true }
        guard errno == EBUSY else { throw CallError(call: "mount(\(path), MS_REMOUNT)") }
        return false
    }
}
