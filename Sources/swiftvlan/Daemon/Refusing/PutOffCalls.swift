import Glibc
import HTTPServer
import RemoteDriver
import Synchronization

/// The removals that the engine requested while the daemon could not serve.
///
/// The engine asks once, and forgets the network or endpoint whatever the answer is (moby, libnetwork/network.go). If
/// the removal were never done, its record would hold its addresses forever, and a VLAN link its parent. An environment
/// variable carries the calls to the next program that this process executes; they are lost when the process ends.
final class PutOffCalls: Sendable {
    /// The calls that this process has put off.
    static let ofProcess = PutOffCalls()

    private static let variable = "SWIFTVLAN_PUT_OFF"
    private static let paths = ["/NetworkDriver.DeleteNetwork", "/NetworkDriver.DeleteEndpoint"]
    /// The maximum size of all lines in bytes. The kernel passes at most 128 KiB in one variable (execve(2)); a removal
    /// takes 150 to 250.
    private static let limit = 100_000

    /// One line for each call: its path, a space, and its body.
    private let text: Mutex<String>

    /// Takes over the calls that an earlier program in this process put off.
    init() {
        let earlier = Handover.current == nil ? nil : getenv(Self.variable)
        text = Mutex(earlier.map { String(cString: $0) } ?? "")
    }

    /// Notes a call if it is a removal. Returns whether it is noted.
    func note(_ request: HTTPRequest) -> Bool {
        guard Self.paths.contains(request.path),
            case .driver = CallTable.decode(path: request.path, body: request.body)
        else { return false }
        // JSON has line breaks only between its tokens (RFC 8259, section 7).
        let body = String(decoding: request.body, as: UTF8.self).split(whereSeparator: \.isNewline).joined(
            separator: " ")
        let line = "\(request.path) \(body)\n"
        return text.withLock { text in
            if text.contains(line) { return true }
            guard text.utf8.count + line.utf8.count <= Self.limit else { return false }
            text += line
            return true
        }
    }

    var isEmpty: Bool { text.withLock(\.isEmpty) }

    /// Passes the calls to the program that this process executes next.
    func passOn() { text.withLock { text in _ = setenv(Self.variable, text, 1) } }

    /// Takes all calls, which the caller must then carry out.
    func take() -> [DriverCall] {
        let lines = text.withLock { text in
            defer { text = "" }
            return text.split(separator: "\n")
        }
        return lines.compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2,
                case .driver(let call) = CallTable.decode(path: String(parts[0]), body: Array(parts[1].utf8))
            else { return nil }
            return call
        }
    }
}
