import Netlink
import Synchronization

/// What a monitor's thread is asked: whether it is alive. It answers between two notifications.
final class MonitorQuestions: Sendable {
    /// Rings while there are questions.
    let bell: Bell
    private let answers = Mutex<[@Sendable () -> Void]>([])

    init() throws(SystemError) {
        bell = try Bell()
    }

    func ask(_ answer: @escaping @Sendable () -> Void) {
        answers.withLock { $0.append(answer) }
        bell.ring()
    }

    /// Answers everything; to be called on the monitor's thread.
    func answer() {
        let waiting = answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
        for answer in waiting { answer() }
    }
}
