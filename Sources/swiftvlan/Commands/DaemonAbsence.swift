/// Decides what a command says while it asks a daemon again and again that does not answer.
struct DaemonAbsence {
    /// A daemon that is stopping or starting may accept a request and close the connection without an answer.
    private static let silentFailures = 3

    private var failures = 0
    /// Whether the user knows about it.
    private(set) var isReported = false

    /// Whether a request has failed.
    var hasBegun: Bool { failures > 0 }

    /// Enters a failed request, and returns the sentence to print, once.
    mutating func sentence(after error: ControlError) -> String? {
        failures += 1
        guard !isReported, error.isDaemonAway || failures > Self.silentFailures else { return nil }
        isReported = true
        return error.isDaemonAway
            ? "the daemon is not running; waiting until it is (to start it: systemctl start swiftvlan)"
            : "\(error); trying again every second"
    }
}
