import ControlAPI
import LocalClient

/// Why the daemon did not carry out a command: one sentence that says what to do.
struct ControlError: Error, CustomStringConvertible {
    let description: String
    /// Whether no daemon serves the control socket.
    var isDaemonAway = false
}

/// Asks the daemon over its control socket.
struct ControlClient {
    private let client: LocalClient
    /// Whether the daemon lets only root do what the command wants, whatever the groups of the user.
    private let isForRoot: Bool

    init(path: String, isForRoot: Bool = false) {
        client = LocalClient(path: path)
        self.isForRoot = isForRoot
    }

    /// What to do for a user who may not open the socket.
    static func permissionAdvice(isForRoot: Bool) -> String {
        let others = ", or join the group swiftvlan: usermod -aG swiftvlan USER, then log in again"
        return "run the command as root" + (isForRoot ? "" : others)
    }

    /// Returns a document; nil for status 304, after a request that waited in vain.
    func get<Document: Decodable>(
        _ path: ControlPath, query: String = "", _ type: Document.Type, within limit: Duration = .seconds(10)
    ) throws(ControlError) -> Document? {
        let target = query.isEmpty ? path.rawValue : "\(path.rawValue)?\(query)"
        let answer = try carryOut { () throws(LocalClientError) in try client.get(target, within: limit) }
        return answer.status == 304 ? nil : try read(answer, as: type)
    }

    /// Has the daemon carry out an action.
    func post<Document: Decodable>(
        _ path: ControlPath, _ body: some Encodable, _ type: Document.Type
    ) throws(ControlError) -> Document {
        let bytes = ControlJSON.bytes(of: body)
        let answer = try carryOut { () throws(LocalClientError) in try client.post(path.rawValue, body: bytes) }
        return try read(answer, as: type)
    }

    private func read<Document: Decodable>(
        _ answer: LocalResponse, as type: Document.Type
    ) throws(ControlError) -> Document {
        guard answer.status == 200 else {
            let reason = ControlJSON.read(ErrorDocument.self, from: answer.body)?.error
            throw ControlError(
                description: reason.map(Terminal.escaped) ?? "the daemon answered with status \(answer.status)")
        }
        guard let document = ControlJSON.read(type, from: answer.body) else {
            throw ControlError(
                description: "the daemon's answer cannot be read, because its version differs from this command's; "
                    + "restart the daemon")
        }
        return document
    }

    private func carryOut(
        _ request: () throws(LocalClientError) -> LocalResponse
    ) throws(ControlError) -> LocalResponse {
        do throws(LocalClientError) {
            return try request()
        } catch {
            switch error.reason {
            case .missing, .notServed:
                throw ControlError(
                    description: "the daemon is not running (\(error)); start it: systemctl start swiftvlan",
                    isDaemonAway: true)
            case .notPermitted:
                throw ControlError(description: "\(error); \(Self.permissionAdvice(isForRoot: isForRoot))")
            case .broken:
                throw ControlError(description: "\(error); see journalctl -u swiftvlan")
            }
        }
    }
}
