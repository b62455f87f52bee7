/// The paths of the control socket's HTTP interface; `docs/api.md` describes them.
package enum ControlPath: String, CaseIterable, Sendable {
    /// The page for browsers.
    case page = "/"
    case pageScript = "/page.js"
    case pageStyle = "/page.css"
    /// The topology as a picture.
    case picture = "/topology.svg"
    case status = "/v1/status"
    case events = "/v1/events"
    case metrics = "/metrics"
    /// Whether the daemon's threads answer.
    case health = "/healthz"
    case reconcile = "/v1/reconcile"
    case garbage = "/v1/gc"

    /// Whether requests change something; these use POST, are only for root, and do not exist over TCP.
    package var changesSomething: Bool {
        switch self {
        case .reconcile, .garbage: true
        case .page, .pageScript, .pageStyle, .picture, .status, .events, .metrics, .health: false
        }
    }
}
