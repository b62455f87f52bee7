import Glibc

/// Writes a file that readers see either as it was or complete.
enum ReplacedFile {
    /// Replaces the file or creates it; its permissions follow the umask.
    ///
    /// The text goes to a new file in the same directory, which then takes the name (rename(2)). It is not synced to
    /// the disk: the file can always be made again. What is no regular file, such as a pipe or `/dev/stdout`, is written
    /// to and not replaced. Throws an error of one sentence.
    static func write(_ text: String, to path: String) throws(ControlError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path, errno) }
            defer { close(descriptor) }
            guard writeAll(Array(text.utf8), to: descriptor) else { throw failure(path, errno) }
            return
        }
        // A symbolic link stays, and the file that it names is replaced: /dev/stdout may name one.
        let target = resolved(path) ?? path
        let temporary = "\(target).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw failure(path, errno) }
        guard writeAll(Array(text.utf8), to: descriptor), rename(temporary, target) == 0 else {
            let reason = errno
            close(descriptor)
            unlink(temporary)
            throw failure(path, reason)
        }
        close(descriptor)
    }

    /// The path without symbolic links; nil if nothing exists there.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }

    private static func failure(_ path: String, _ reason: Int32) -> ControlError {
        ControlError(description: "cannot write \(path): \(String(cString: strerror(reason))); choose another file")
    }
}
