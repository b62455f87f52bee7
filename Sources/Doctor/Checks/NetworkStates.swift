import ControlAPI

/// Reports networks that the daemon cannot serve, and records that cannot be read.
struct NetworkStates: Check {
    let name = "network-state"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var findings = facts.status.networks.compactMap { network -> Finding? in
            guard network.state.name == .blocked else { return nil }
            return Finding(
                .problem, name, subject: network.label, networks: [network],
                what: network.state.reason ?? "network \(network.label) is blocked",
                why: "containers of network \(network.label) cannot be started",
                remedy: "do what the message says, then run: swiftvlan reconcile")
        }
        findings += facts.status.unreadable.map { reason in
            Finding(
                .problem, name, subject: "records", what: reason,
                why: "the network of this record is not served, and its containers cannot be started",
                remedy: "repair or remove the record that the message names, then run: systemctl restart swiftvlan")
        }
        return CheckResult(findings)
    }
}
