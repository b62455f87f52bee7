import Glibc
import PluginServer
import RemoteDriver
import Synchronization

/// The removals that the engine asked for while the daemon could not serve.
///
/// The engine asks once, and forgets the network or endpoint whatever the answer is (moby, libnetwork/network.go): left
/// undone, a record would hold its addresses, and a VLAN link its parent, for ever. They outlive an execution of the
/// program in an environment variable, and the process not at all.
final class PutOffCalls: Sendable {
    /// Those of this process.
    static let ofProcess = PutOffCalls()

    private static let variable = "SWIFTVLAN_PUT_OFF"
    private static let paths = ["/NetworkDriver.DeleteNetwork", "/NetworkDriver.DeleteEndpoint"]
    /// In bytes; the kernel passes on no more than 128 KiB in one variable (execve(2)). A removal has 150 to 250.
    private static let limit = 100_000

    /// One line for each call: its path, a space, and its body.
    private let text: Mutex<String>

    /// Takes over what an earlier program in this process noted.
    init() {
        let earlier = Handover.current == nil ? nil : getenv(Self.variable)
        text = Mutex(earlier.map { String(cString: $0) } ?? "")
    }

    /// Notes a call if it is a removal. Returns whether it was.
    func note(_ request: PluginRequest) -> Bool {
        guard Self.paths.contains(request.path),
            case .driver = CallTable.decode(path: request.path, body: request.body)
        else { return false }
        // JSON has no line breaks but between its tokens (RFC 8259, 7).
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

    /// Passes the calls on to the program that this process executes next.
    func passOn() { text.withLock { text in _ = setenv(Self.variable, text, 1) } }

    /// The calls, which are the caller's to carry out from now on.
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
