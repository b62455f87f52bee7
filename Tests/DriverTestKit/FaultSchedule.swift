/// Counts the steps that a host and a store are asked for, and lets one of them fail.
///
/// Shared by both, so that one number names any step of a call.
package final class FaultSchedule {
    /// The steps taken since the last reset.
    package private(set) var steps = 0
    private var failing: Int?

    package init() {}

    /// Starts to count anew; the step of that number, from 1, will fail.
    package func reset(failingAt step: Int? = nil) {
        steps = 0
        failing = step
    }

    /// Whether the step of that number has been reached, and so has failed.
    package var hasFailed: Bool { failing.map { steps >= $0 } ?? false }

    /// Takes a step; the sentence of its failure when it is the one to fail.
    func take() -> String? {
        steps += 1
        return steps == failing ? "step \(steps) was made to fail" : nil
    }
}
