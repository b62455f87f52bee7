import ControlAPI
import DriverCore

/// What one round of reconciliation found and did.
struct ReconcileReport: Sendable {
    let result: Reconciliation
    let notices: [Notice]
    /// The number of repairs in this round, by kind.
    let repairs: [Repair: Int]

    /// Computes the round's repairs from their numbers since the daemon's start.
    init(result: Reconciliation, notices: [Notice], repairs: [Repair: Int], before: [Repair: Int]) {
        self.result = result
        self.notices = notices
        self.repairs = repairs.reduce(into: [:]) { sums, repair in
            let number = repair.value - before[repair.key, default: 0]
            if number > 0 { sums[repair.key] = number }
        }
    }

    var document: ReconcileDocument {
        ReconcileDocument(
            repairs: Dictionary(repairs.map { ($0.rawValue, $1) }, uniquingKeysWith: +),
            isUnfinished: result.isUnfinished, notices: notices.map(\.message))
    }
}
