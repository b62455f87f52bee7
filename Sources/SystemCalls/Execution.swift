import Glibc

/// The program that this process runs.
package enum OwnProgram {
    /// Executes the program again in this process, with the same arguments and the present environment (execve(2)):
    /// process ID, blocked and pending signals, and capabilities stay; threads, memory, and descriptors that are closed
    /// on execution go. Returns only when that fails.
    package static func executeAgain() -> SystemError {
        // By its path first, which gives the process the program's name, and the new program after an upgrade. The
        // kernel's link works where the path does not lead to a program any more.
        if let path { execv(path, CommandLine.unsafeArgv) }
        execv(link, CommandLine.unsafeArgv)
        return SystemError(call: "execve")
    }

    private static let link = "/proc/self/exe"

    private static var path: String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(link, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
    }
}
