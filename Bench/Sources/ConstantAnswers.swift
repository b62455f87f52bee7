import DaemonTestKit
import TestSupport

/// The reference for calls: a server in C that gives every request the same answer. The time of a call to it is the
/// share of the kernel and the client. The server stops when its object is destroyed.
final class ConstantAnswers: Sendable {
    let socket: String
    private let server: ChildProcess

    init(_ fixture: BenchFixture) throws {
        let socket = fixture.file("answers.sock")
        self.socket = socket
        server = try ChildProcess([fixture.reference, "answers", socket], output: fixture.file("answers.log"))
        guard eventually(within: 10, { (try? HTTPClient(path: socket)) != nil }) else {
            throw ProcessError("The reference server does not start: \(server.output)")
        }
    }
}
