import ControlAPI

/// Finds gateways that answer no ARP request on the parent of their network.
struct GatewaySilent: Check {
    let name = "gateway-silent"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let gateways = AskableGateway.all(in: facts.status)
        let reasons = AskableGateway.reasons(in: facts.status)
        guard let first = gateways.first else { return CheckResult(notChecked: reasons) }
        guard let lan = facts.lan else {
            return .notChecked(
                "gateways such as \(first.address) were not asked, which needs CAP_NET_RAW: run the command as root",
                networks: gateways.map(\.network))
        }
        let answers = AskableGateway.answers(for: gateways, from: lan)
        var result = CheckResult(notChecked: reasons)
        for (question, gateways) in gateways.grouped(by: \.question) {
            switch answers[question] {
            case .silent: result.findings.append(finding(question, gateways.map(\.network)))
            case .notAsked(let reason):
                result.notChecked.append(
                    NotChecked(
                        "the gateway \(question.address) was not asked: \(reason)", networks: gateways.map(\.network)))
            case .answered, nil: break
            }
        }
        return result
    }

    private func finding(_ question: LANQuestion, _ networks: [NetworkDocument]) -> Finding {
        let vlans = networks.first?.vlans.map(String.init).joined(separator: " and ") ?? ""
        let trunk = vlans.isEmpty ? "" : ", and that the switch port carries VLAN \(vlans) tagged"
        return Finding(
            .problem, name, subject: question.link, networks: networks,
            what: "the gateway \(question.address) does not answer ARP requests on \(question.link)",
            why: "containers reach nothing outside their subnet",
            remedy: """
                check that \(question.address) is the router of this LAN and is up\(trunk); if the network was created \
                without --gateway, the subnet's first address is assumed: create it again with --gateway
                """)
    }
}
