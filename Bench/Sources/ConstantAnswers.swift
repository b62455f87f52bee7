import Glibc
import ServerTestKit

/// The reference for calls: a server in C that gives every request the same answer. What a call takes there is the
/// kernel's part and the client's.
final class ConstantAnswers: Sendable {
    let socket: String
    private let child: Child

    init(_ place: Workplace) throws {
        socket = place.directory.file("answers.sock")
        child = try Child([place.reference, "answers", socket], output: place.directory.file("answers.log"))
        guard eventually(within: 10, { [socket] in (try? Connection(to: socket)) != nil }) else {
            throw BenchError("The reference's server does not start: \(child.printed)")
        }
    }

    func stop() {
        child.stop()
    }
}
