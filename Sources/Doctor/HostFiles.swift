package import Glibc
package import SystemCalls

/// Reads the host's files below a root, which tests replace.
///
/// Absolute links lead out of a replaced root; `link` reads one without following it.
package struct HostFiles: Sendable {
    /// The folder that stands for `/`; empty on a host.
    package let root: String

    package init(root: String = "") { self.root = root }

    /// The largest file that is read, in bytes; `modules.dep` of distributions has about 700 KiB.
    package static let sizeLimit = 8 << 20
    /// The most names that are read from a folder.
    package static let nameLimit = 65536

    /// The path on this host.
    package func path(_ path: String) -> String { root + path }

    /// Whether a file or folder exists, or may exist but is in a folder that this user may not enter.
    package func exists(_ path: String) -> Bool {
        access(self.path(path), F_OK) == 0 || Errno.current == .accessDenied
    }

    /// Reads a whole file. Bytes that are not UTF-8 become replacement characters. A file above the limit is refused
    /// with EFBIG, and anything but a regular file with EINVAL: a named pipe would block.
    package func read(_ path: String) throws(SystemError) -> String {
        let descriptor = try retryingOnInterrupt("open") { open(self.path(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        defer { close(descriptor) }
        var status = stat()
        try retryingOnInterrupt("fstat") { fstat(descriptor, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(call: "open", code: EINVAL) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = try retryingOnInterrupt("read") { Glibc.read(descriptor, &chunk, chunk.count) }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
            guard bytes.count <= Self.sizeLimit else { throw SystemError(call: "read", code: EFBIG) }
        }
    }

    /// Returns a file's text without white space at its ends; nil if it cannot be read.
    package func text(_ path: String) -> String? {
        guard var text = (try? read(path)).map({ Substring($0) }) else { return nil }
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Returns the names in a folder, sorted, without hidden ones; nil if it cannot be read.
    package func names(in path: String) -> [String]? {
        guard let directory = opendir(self.path(path)) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < Self.nameLimit, let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Returns where a symbolic link leads, as it is written; nil if there is none or it cannot be read.
    package func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(self.path(path), &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    /// Returns the status of a file, following links (stat(2)): its type, mode, owner and size.
    package func status(_ path: String) throws(SystemError) -> stat {
        var status = stat()
        try retryingOnInterrupt("stat") { stat(self.path(path), &status) }
        return status
    }
}
