import Glibc
import SystemCalls

/// Writes lines to standard output at once, and notices when nobody reads them any more.
///
/// NIO ignores SIGPIPE in the whole process, so that a closed pipe is an error here.
struct StandardOutput {
    /// Writes a line; returns false if it could not be written.
    func write(_ line: String) -> Bool {
        var rest = Array(line.utf8)[...] + [UInt8(ascii: "\n")]
        while !rest.isEmpty {
            let count = try? retryingOnInterrupt("write") {
                rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            }
            guard let count else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether the other end of a pipe is still open; true for a terminal or file.
    var isRead: Bool {
        var event = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        guard poll(&event, 1, 0) > 0 else { return true }
        return event.revents & Int16(POLLERR) == 0
    }
}
