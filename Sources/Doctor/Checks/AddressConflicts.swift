import ControlAPI

/// Reports the addresses of containers that the daemon saw at another host of the LAN.
struct AddressConflicts: Check {
    let name = "address-conflict"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.status.networks.flatMap { network in
                network.endpoints.flatMap { endpoint in
                    endpoint.conflicts.map { finding($0, endpoint, network) }
                }
            })
    }

    private func finding(
        _ conflict: ConflictDocument, _ endpoint: EndpointDocument, _ network: NetworkDocument
    ) -> Finding {
        Finding(
            .problem, name, subject: network.label, networks: [network],
            what: "\(conflict.address) of \(endpoint.label) also belongs to the host with \(conflict.macAddress)",
            why: "connections to this address reach one or the other",
            remedy: """
                change the other host's address, or give the container another one with --ip; to keep Docker away from \
                addresses of other hosts, create the network with --ip-range or --aux-address
                """)
    }
}
