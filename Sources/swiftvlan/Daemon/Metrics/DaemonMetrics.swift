import DriverCore
import KernelHostNetwork
import Logging
import Metrics
import RemoteDriver

/// The daemon's counters, which its threads increase and a scrape reads.
///
/// All label values are known at the start, so no call, link or error can add a time series. What the driver counts
/// itself, and all that is a state rather than an event, comes from its snapshot (`MetricsReport`).
final class DaemonMetrics: Sendable {
    /// A call of Docker and how it ended.
    struct Call: Hashable, Sendable {
        let method: String
        let outcome: CallOutcome
    }

    /// The upper bounds of durations, in seconds: a call takes about a millisecond, and may wait a minute for its parent.
    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// The method of a call that cannot be read, or does not exist.
    static let unknownMethod = "unknown"
    static let scopes: [ReconcileScope] = [.host, .everywhere]

    /// The methods of the protocol by path: `/NetworkDriver.Join` is `Join`.
    private static let methods = Dictionary(
        uniqueKeysWithValues: CallTable.paths.map { path in
            (path, path.lastIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? path)
        })

    let calls = Counters(
        methods.values.sorted().flatMap { method in CallOutcome.allCases.map { Call(method: method, outcome: $0) } }
            + [Call(method: unknownMethod, outcome: .invalid)])
    let callDurations = DurationHistograms(methods.values.sorted(), bounds: bounds)
    let waits = Counters(WaitReason.allCases)
    let reconciliations = DurationHistograms(scopes, bounds: bounds)
    let unfinishedReconciliations = Counters(scopes)
    let netlinkFailures = Counters(RequestFailure.names)
    let storeFailures = Counters(StoredRecord.allCases)
    let logEvents = Counters(Logger.Level.allCases)

    func countCall(_ path: String, _ outcome: CallOutcome, took duration: Duration) {
        guard let method = Self.methods[path] else { return countUnreadableCall() }
        calls.count(Call(method: method, outcome: outcome))
        callDurations.add(duration, to: method)
    }

    /// Counts a request that is no call of the protocol.
    func countUnreadableCall() { calls.count(Call(method: Self.unknownMethod, outcome: .invalid)) }

    func countReconciliation(_ scope: ReconcileScope, _ result: Reconciliation, took duration: Duration) {
        reconciliations.add(duration, to: scope)
        if result.isUnfinished { unfinishedReconciliations.count(scope) }
    }
}

/// What a call waits for; the raw value is the label.
enum WaitReason: String, CaseIterable, Sendable {
    case linkRemoval = "link_removal"
    /// A link of a container that is stopping holds the address or the parent.
    case dyingLink = "dying_link"
    case parent
    /// The answer of the LAN to a conflict check that decides about the call.
    case lan

    init(_ reason: RetryReason) {
        self =
            switch reason {
            case .linkBeingRemoved: .linkRemoval
            case .heldByDyingLink: .dyingLink
            case .parentMissing: .parent
            }
    }
}
