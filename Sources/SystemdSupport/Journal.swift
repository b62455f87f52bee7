import Glibc
import Synchronization
import SystemCalls

/// The journal, which keeps named fields with each message (systemd.journal-fields(7)).
///
/// Entries go to its socket in its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL). sd_journal_sendv(3) would wait
/// without a limit while the journal hangs and its queue is full.
package enum Journal {
    private static let path = "/run/systemd/journal/socket"

    /// How long an entry waits for room in the queue. After one has waited in vain, the next ones do not wait.
    private static let patience = timeval(tv_sec: 1, tv_usec: 0)
    /// The size of the queue in bytes, the same as in sd_journal_sendv(3). The kernel counts unread entries against it.
    private static let queueSize: Int32 = 8 << 20
    private static let isStuck = Atomic(false)
    private static let address = UnixAddress(path: path)

    /// Nil if no socket can be opened.
    private static let descriptor: Int32? = {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var (patience, queueSize) = (Self.patience, Self.queueSize)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let size = socklen_t(MemoryLayout<Int32>.size)
        // Needs CAP_NET_ADMIN; otherwise the host's limit applies.
        if setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &queueSize, size) != 0 {
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &queueSize, size)
        }
        return descriptor
    }()

    /// Whether standard error is connected to the journal (`$JOURNAL_STREAM` in systemd.exec(5)), and the journal also
    /// takes fields.
    package static var isStandardError: Bool {
        guard let text = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: text) == "\(status.st_dev):\(status.st_ino)" && access(path, W_OK) == 0
    }

    /// Sends one entry; each field is `NAME=value`, whose value may contain any bytes. If the journal's queue is full,
    /// blocks for a second at most.
    ///
    /// - Returns: whether the entry is in the queue.
    package static func send(_ fields: [[UInt8]]) -> Bool {
        guard let descriptor, let address else { return false }
        let entry = datagram(fields)
        let flags = isStuck.load(ordering: .relaxed) ? Int32(MSG_DONTWAIT) : 0
        let count = try? retryingOnInterrupt("sendto") {
            entry.withUnsafeBytes { bytes in
                address.with { sendto(descriptor, bytes.baseAddress, bytes.count, flags, $0, $1) }
            }
        }
        isStuck.store(count == nil, ordering: .relaxed)
        return count != nil
    }

    /// Returns the fields as the journal reads them. A value with a line feed follows its length, in eight bytes with the
    /// lowest first.
    private static func datagram(_ fields: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            guard let end = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = field[(end + 1)...]
            if value.contains(UInt8(ascii: "\n")) {
                bytes += field[..<end] + [UInt8(ascii: "\n")]
                withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
                bytes += value
            } else {
                bytes += field
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
