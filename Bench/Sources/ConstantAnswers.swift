import DaemonTestKit
import TestSupport

/// The reference for calls: a server in C that gives every request the same answer. What a call takes there is the
/// kernel's part and the client's. It ends with its object.
final class ConstantAnswers: Sendable {
    let socket: String
    private let server: ChildProcess

    init(_ place: Workplace) throws {
        let socket = place.file("answers.sock")
        self.socket = socket
        server = try ChildProcess([place.reference, "answers", socket], output: place.file("answers.log"))
        guard eventually(within: 10, { (try? HTTPClient(path: socket)) != nil }) else {
            throw ProcessError("The reference's server does not start: \(server.output)")
        }
    }
}
