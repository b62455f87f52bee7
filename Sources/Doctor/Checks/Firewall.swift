import ControlAPI

/// Examines the policies of the host's firewall for the networks whose packets it sees.
///
/// It sees none of macvlan and ipvlan l2 networks, except those between host and containers over a shim. Packets to l3s
/// containers pass INPUT (`ipvlan_nf_input` in drivers/net/ipvlan/ipvlan_l3s.c), those of l3 and l3s containers OUTPUT
/// (`ipvlan_process_outbound` in ipvlan_core.c), and those between a shim and the host's other links FORWARD. Rules are
/// not judged, only policies.
struct Firewall: Check {
    let name = "firewall"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let networks = facts.status.networks.filter { $0.isRouted && $0.lowestLink != nil || $0.hostAccess != nil }
        guard !networks.isEmpty else { return .nothing }
        let policies: FirewallPolicies
        switch FirewallPolicies.read(facts) {
        case .success(let read): policies = read
        case .failure(let reason): return .notChecked(reason.sentence, networks: networks)
        }
        return CheckResult(
            FirewallPolicies.Family.allCases.flatMap { family in
                Self.effects.compactMap { finding($0, family, networks, policies) }
            })
    }

    private func finding(
        _ effect: Effect, _ family: FirewallPolicies.Family, _ networks: [NetworkDocument],
        _ policies: FirewallPolicies
    ) -> Finding? {
        let users = networks.filter { network in
            effect.concerns(network) && network.subnets.contains { $0.subnet.contains(":") == (family == .ipv6) }
        }
        guard !users.isEmpty, let chain = policies.dropping(effect.hook, family) else { return nil }
        return Finding(
            effect.severity, name, subject: "\(effect.hook.uppercaseName) (\(family.rawValue))", networks: users,
            what: "the firewall's policy for \(family.rawValue) in \(effect.hook.uppercaseName) is to drop (\(chain))",
            why: "\(effect.why(LinkUse.list(users))), unless a rule accepts them", remedy: effect.remedy)
    }

    /// What a policy of dropping means.
    private struct Effect {
        let hook: FirewallPolicies.Hook
        let severity: Finding.Severity
        let concerns: @Sendable (NetworkDocument) -> Bool
        let why: @Sendable (_ networks: String) -> String
        let remedy: String
    }

    private static let effects = [
        Effect(
            hook: .input, severity: .warning, concerns: { $0.mode == "l3s" && $0.lowestLink != nil },
            why: { "packets to containers of \($0) pass this chain and are dropped" },
            remedy: "accept packets to the containers' subnet in INPUT, or use -o mode=l3, whose packets do not pass it"
        ),
        Effect(
            hook: .input, severity: .note, concerns: { $0.hostAccess != nil },
            why: { "packets from containers of \($0) to this host are dropped" },
            remedy:
                "accept what enters from the shim in INPUT, and for l3 and l3s what enters from lo: docs/options.md "
                + "(host_access)"),
        Effect(
            hook: .output, severity: .warning, concerns: { $0.isRouted && $0.lowestLink != nil },
            why: { "packets from containers of \($0) pass this chain and are dropped" },
            remedy: "accept packets from the containers' subnet in OUTPUT"),
        Effect(
            hook: .forward, severity: .note, concerns: { $0.isRouted && $0.hostAccess != nil },
            why: { "packets from this host's other links to containers of \($0) are dropped" },
            remedy:
                "nothing, or accept packets to the containers' subnet in FORWARD, with Docker in its chain DOCKER-USER"
        ),
    ]
}
