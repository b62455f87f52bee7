import ControlAPI

/// Finds VLANs of which no frame arrives although the link below receives others.
struct VLANSilent: Check {
    let name = "vlan-silent"
    /// The fewest frames on the link below from which silence means something.
    private static let traffic: UInt64 = 100

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let silent = facts.status.links.filter { $0.role == .vlan && $0.exists && $0.isUp && isSilent($0, facts.files) }
        guard !silent.isEmpty else { return .nothing }
        let gateways = AskableGateway.all(in: facts.status)
        let answers = facts.lan.map { AskableGateway.answers(for: gateways, from: $0) } ?? [:]
        let answering = gateways.filter { gateway in
            if case .answered = answers[gateway.question] { true } else { false }
        }
        return CheckResult(
            // An answer since then was the first frame.
            silent.filter { link in !answering.contains { $0.network.parent == link.name } }
                .map { finding($0, facts.networks(on: $0.name)) })
    }

    private func isSilent(_ link: LinkDocument, _ files: HostFiles) -> Bool {
        guard let lower = link.lower, let own = frames(of: link.name, files) else { return false }
        return own == 0 && (frames(of: lower, files) ?? 0) >= Self.traffic
    }

    private func frames(of link: String, _ files: HostFiles) -> UInt64? {
        guard !link.contains("/") else { return nil }
        return files.number("/sys/class/net/\(link)/statistics/rx_packets")
    }

    private func finding(_ link: LinkDocument, _ networks: [NetworkDocument]) -> Finding {
        let lower = link.lower ?? "the link below"
        let vlan = link.vlan.map { "VLAN \($0)" } ?? "the VLAN"
        return Finding(
            .warning, name, subject: link.name, networks: networks,
            what: "no frame of \(vlan) has arrived on \(lower), although others do",
            why: "containers on \(link.name) reach nothing",
            remedy: """
                make \(vlan) a tagged VLAN of the switch port of \(lower); in a virtual machine, let the port group or \
                bridge pass tags; then see what arrives: tcpdump -e -n -i \(lower) vlan
                """)
    }
}
