import FaultPoints
import Glibc
import SystemCalls

/// This machine's file system, through glibc.
struct GlibcFileSystem: FileSystem {
    private static let ownerOnly: mode_t = 0o600
    private static let ownerOnlyDirectory: mode_t = 0o700

    var userID: UInt32 { geteuid() }

    func ownerID(of path: String) throws(SystemError) -> UInt32 {
        var status = stat()
        try retryingOnInterrupt("stat") { stat(path, &status) }
        return status.st_uid
    }

    func openDirectory(at path: String) throws(SystemError) -> Int32 {
        try retryingOnInterrupt("open") { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try retryingOnInterrupt("openat") { openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    }

    func makeDirectory(at path: String) throws(SystemError) {
        try changing("mkdir") { mkdir(path, Self.ownerOnlyDirectory) }
    }

    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try changing("mkdirat") { mkdirat(directory, name, Self.ownerOnlyDirectory) }
    }

    func names(in directory: Int32) throws(SystemError) -> [String] {
        // A separate descriptor, because closedir() closes it and it holds the position in the directory.
        let descriptor = try openDirectory(".", in: directory)
        guard let stream = fdopendir(descriptor) else {
            let error = SystemError(call: "fdopendir")
            close(descriptor)
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                // Only the error number distinguishes the end from a failure (readdir(3)).
                guard errno == 0 else { throw SystemError(call: "readdir") }
                return names.filter { $0 != "." && $0 != ".." }
            }
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
    }

    func status(of name: String, in directory: Int32) throws(SystemError) -> FileStatus {
        var status = stat()
        try retryingOnInterrupt("fstatat") { fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(isRegular: status.st_mode & S_IFMT == S_IFREG, size: Int(status.st_size))
    }

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(SystemError) -> Int32 {
        let flags = O_NOFOLLOW | O_CLOEXEC
        switch purpose {
        case .reading:
            // Non-blocking, in case the name is a pipe.
            return try retryingOnInterrupt("openat") { openat(directory, name, flags | O_RDONLY | O_NONBLOCK) }
        case .creating:
            return try changing("openat") {
                openat(directory, name, flags | O_WRONLY | O_CREAT | O_EXCL, Self.ownerOnly)
            }
        case .locking:
            // Opened read-only: works on a read-only file system and does not block `mount -o remount,ro`.
            return try changing("openat") { openat(directory, name, flags | O_RDONLY | O_CREAT, Self.ownerOnly) }
        case .overwriting:
            return try changing("openat") { openat(directory, name, flags | O_WRONLY | O_TRUNC) }
        }
    }

    func read(from file: Int32, atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while bytes.count < limit {
            let place = bytes.count
            let count = try retryingOnInterrupt("read") { pread(file, &chunk, min(chunk.count, limit - place), place) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try changing("write") { rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } }
            rest = rest.dropFirst(count)
        }
    }

    func synchronize(_ descriptor: Int32) throws(SystemError) {
        // Not retried after an interruption: a second call does not write again the data that the first failed to write
        // (fsync(2)).
        FaultPoint.pass()
        guard fsync(descriptor) == 0 else { throw SystemError(call: "fsync") }
        FaultPoint.pass()
    }

    func lock(_ file: Int32) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retryingOnInterrupt("flock") { flock(file, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            guard error.errno == .tryAgain else { throw error }
            return false
        }
    }

    func unlock(_ file: Int32) { _ = flock(file, LOCK_UN) }

    func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try changing("renameat") { renameat(directory, name, directory, newName) }
    }

    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(SystemError) {
        try changing("linkat") { linkat(directory, name, other, newName, 0) }
    }

    func unlink(_ name: String, in directory: Int32) throws(SystemError) {
        try changing("unlinkat") { unlinkat(directory, name, 0) }
    }

    /// Makes a call that changes the disk, between two fault points.
    @discardableResult
    private func changing<Number: BinaryInteger>(_ call: String, _ body: () -> Number) throws(SystemError) -> Number {
        FaultPoint.pass()
        let result = try retryingOnInterrupt(call, body)
        FaultPoint.pass()
        return result
    }
}
