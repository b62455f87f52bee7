import Glibc

/// The program that this process runs.
package enum OwnProgram {
    /// Executes the program again in this process, with the same arguments and the current environment (execve(2)).
    ///
    /// The process keeps its ID, its blocked and pending signals, its capabilities, the standard streams and the
    /// descriptors in `kept`. It loses its threads, its memory and all other descriptors. Returns only on failure.
    package static func executeAgain(keeping kept: Range<Int32>) -> SystemError {
        keepOnly(kept)
        // The path is tried first: it gives the process the program's name, and the new program after an upgrade. The
        // kernel's link works even if the path no longer leads to a program.
        if let path { execv(path, CommandLine.unsafeArgv) }
        execv(link, CommandLine.unsafeArgv)
        return SystemError(call: "execve")
    }

    /// Makes the next execution close all other descriptors. Not every library marks its own: the descriptors of NIO's
    /// threads and connections would stay open (SelectorEpoll.swift and ServerSocket.swift in NIOPosix 2).
    private static func keepOnly(_ kept: Range<Int32>) {
        if let directory = opendir("/proc/self/fd") {
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
        }
        for descriptor in kept { _ = fcntl(descriptor, F_SETFD, 0) }
    }

    private static let link = "/proc/self/exe"
    private static let replacedSuffix = " (deleted)"

    private static var path: String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(link, &buffer, buffer.count)
        guard length > 0 else { return nil }
        let path = String(decoding: buffer.prefix(length), as: UTF8.self)
        // The kernel adds a suffix to the path of a program that was replaced, such as by an upgrade (`d_path` in
        // fs/d_path.c).
        return path.hasSuffix(replacedSuffix) ? String(path.dropLast(replacedSuffix.count)) : path
    }
}
