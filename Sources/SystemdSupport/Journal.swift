import CSystemd
import Glibc

/// The journal, which keeps named fields with each message (systemd.journal-fields(7)).
package enum Journal {
    /// The socket that sd_journal_sendv(3) uses.
    private static let socket = "/run/systemd/journal/socket"

    /// Whether standard error is connected to the journal (`$JOURNAL_STREAM` in systemd.exec(5)), and the journal also
    /// takes fields.
    ///
    /// Without the socket, sd_journal_sendv(3) drops entries and reports success.
    package static var isStandardError: Bool {
        guard let text = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: text) == "\(status.st_dev):\(status.st_ino)" && access(socket, W_OK) == 0
    }

    /// Sends one entry; each field is `NAME=value`, whose value may contain any bytes. Does not wait for the journal to
    /// store it.
    ///
    /// - Returns: whether the journal has accepted it.
    package static func send(_ fields: [[UInt8]]) -> Bool {
        let bytes = fields.flatMap { $0 }
        return bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var position = UnsafeMutableRawPointer(mutating: start)
            let parts = fields.map { field in
                defer { position += field.count }
                return iovec(iov_base: position, iov_len: field.count)
            }
            return sd_journal_sendv(parts, Int32(parts.count)) == 0
        }
    }
}
