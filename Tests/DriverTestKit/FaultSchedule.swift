/// Counts the steps of a host and a store, and lets one of them fail. Both share it, so that one number identifies any
/// step of a call.
package final class FaultSchedule {
    /// The steps taken since the last reset.
    package private(set) var steps = 0
    private var failing: Int?
    private var isFatal = false

    package init() {}

    /// Restarts the count at 1; the step with that number will fail. With `isFatal`, so do all that follow, as if the
    /// program had been killed.
    package func reset(failingAt step: Int? = nil, isFatal: Bool = false) {
        steps = 0
        failing = step
        self.isFatal = isFatal
    }

    /// Whether the failing step has been reached.
    package var hasFailed: Bool { failing.map { steps >= $0 } ?? false }

    /// Counts a step. Returns an error message if it is the one to fail.
    func take() -> String? {
        steps += 1
        let fails = isFatal ? hasFailed : steps == failing
        return fails ? "step \(steps) was made to fail" : nil
    }
}
