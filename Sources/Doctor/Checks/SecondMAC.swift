import ControlAPI

/// Finds parents on which the LAN answers the host's MAC address, but not that of a container.
///
/// It asks from the MAC address of a running container, which the switch has seen already: a new one could make a switch
/// with port security shut the port down.
struct SecondMAC: Check {
    let name = "second-mac"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let all = AskableGateway.all(in: facts.status)
        let gateways = all.filter { $0.containersQuestion != nil }
        // The check `gateway-silent` says what is missing without CAP_NET_RAW.
        guard !gateways.isEmpty, let lan = facts.lan else { return .nothing }
        let answers = AskableGateway.answers(for: all, from: lan)
        let refused = gateways.filter { gateway in
            guard case .answered = answers[gateway.question] else { return false }
            return gateway.containersQuestion.map { answers[$0] == .silent } ?? false
        }
        return CheckResult(refused.grouped(by: \.network.parent).compactMap { finding($0.elements, on: $0.key) })
    }

    private func finding(_ gateways: [AskableGateway], on parent: String) -> Finding? {
        guard let gateway = gateways.first, let sender = gateway.containersQuestion?.sender else { return nil }
        return Finding(
            .problem, name, subject: parent, networks: gateways.map(\.network),
            what: "\(gateway.address) answers the MAC address of \(parent), but not that of a container, \(sender)",
            why: """
                something between the host and the LAN accepts only the host's own MAC address: port security of the \
                switch, the hypervisor of a virtual machine, or an access point
                """,
            remedy: """
                use ipvlan, which needs no further MAC address (docker network create -o mode=l2 …), or allow more \
                addresses there: on VMware, promiscuous mode, MAC address changes and forged transmits
                """)
    }
}
