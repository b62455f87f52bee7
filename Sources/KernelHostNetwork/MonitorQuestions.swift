import Netlink
import Synchronization
import SystemCalls

/// What a monitor's thread is asked: whether it is alive. It answers between two notifications.
final class MonitorQuestions: Sendable {
    /// Pending while there are questions.
    let wakeup: Wakeup
    private let answers = Mutex<[@Sendable () -> Void]>([])

    init() throws(SystemError) {
        wakeup = try Wakeup()
    }

    func ask(_ answer: @escaping @Sendable () -> Void) {
        answers.withLock { $0.append(answer) }
        wakeup.notify()
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
