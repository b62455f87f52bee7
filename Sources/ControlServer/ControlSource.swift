package import ControlAPI

/// What the control socket serves: the daemon's knowledge, and the two actions that operators may request.
///
/// The answers come from snapshots, so that a slow reader delays no call.
package protocol ControlSource: Sendable {
    /// Returns the state of all networks.
    func status() async -> StatusDocument

    /// Returns the state once its revision is another one; nil if that does not happen in time.
    func status(after revision: String, within limit: Duration) async -> StatusDocument?

    /// Returns the events after a position, oldest first; waits for the first one until the time limit.
    func events(after position: UInt64, atMost count: Int, within limit: Duration) async -> EventsDocument

    /// Returns the metrics in Prometheus's text format.
    func metrics() async -> [UInt8]

    /// Makes the host agree with the records now.
    func reconcile() async -> ReconcileDocument

    /// Forgets networks and endpoints that Docker no longer has.
    func collectGarbage(_ request: GarbageRequest) async -> GarbageDocument
}
