import ControlAPI

/// Asks the TCP address of the setting `metrics-listen`: the daemon also runs if it could not open the socket.
struct MetricsListener: Check {
    let name = "metrics-listen"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        // The check `daemon` reports one that does not run.
        guard facts.daemonError == nil, let metrics = facts.metrics, let fault = metrics.fault() else {
            return .nothing
        }
        return CheckResult([
            Finding(
                .warning, name, subject: metrics.address,
                what: "metrics-listen is \(metrics.address), but metrics are not served there: \(fault)",
                why: "Prometheus and browsers get no answer",
                remedy: "see the reason: journalctl -u swiftvlan; the unit allows no TCP without the drop-in "
                    + "metrics-tcp.conf (docs/install.md, \"Metrics over TCP\"), and the port must be free; then run: "
                    + "systemctl restart swiftvlan")
        ])
    }
}
