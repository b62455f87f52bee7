import DriverCore

/// The calls that wait for the LAN's answer to a question.
struct LANQuestions {
    /// Nil means that the daemon stops and nobody waits any longer.
    typealias Waiter = CheckedContinuation<ConflictAnswer?, Never>

    private var waiting: [Int: Waiter] = [:]
    private var lastNumber = 0

    /// The number of calls that wait.
    var count: Int { waiting.count }

    /// Enters a call that waits; returns its number.
    mutating func add(_ waiter: Waiter) -> Int {
        lastNumber += 1
        waiting[lastNumber] = waiter
        return lastNumber
    }

    /// Resumes a call; does nothing if it waits no longer.
    mutating func answer(_ number: Int, with answer: ConflictAnswer) {
        waiting.removeValue(forKey: number)?.resume(returning: answer)
    }

    /// Resumes all calls without an answer.
    mutating func giveUpAll() {
        for waiter in waiting.values { waiter.resume(returning: nil) }
        waiting = [:]
    }
}
