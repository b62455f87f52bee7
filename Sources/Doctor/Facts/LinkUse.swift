import ControlAPI

/// A link of the host, and the networks that need it.
struct LinkUse: Sendable {
    /// The name as the networks' records have it.
    let name: String
    let networks: [NetworkDocument]

    /// Names the networks in a sentence: `network lan`, or `networks lan, iot and 3 more`.
    var networkList: String { Self.list(networks) }

    static func list(_ networks: [NetworkDocument]) -> String {
        guard let first = networks.first else { return "no network" }
        guard networks.count > 1 else { return "network \(first.label)" }
        guard networks.count > 3 else {
            return "networks \(networks.dropLast().map(\.label).joined(separator: ", ")) and "
                + "\(networks[networks.count - 1].label)"
        }
        return "networks \(networks[0].label), \(networks[1].label) and \(networks.count - 2) more"
    }
}

extension DoctorFacts {
    /// The host's own links below networks, such as NICs and bonds, sorted by name.
    var lowestLinks: [LinkUse] { uses(of: \.lowestLink) }

    /// The links that containers' links are on, sorted by name, without those of isolated networks.
    var parents: [LinkUse] {
        uses { network in network.lowestLink == nil ? nil : network.parent }
    }

    private func uses(of link: (NetworkDocument) -> String?) -> [LinkUse] {
        var networks: [String: [NetworkDocument]] = [:]
        for network in status.networks {
            if let link = link(network) { networks[link, default: []].append(network) }
        }
        return networks.sorted { $0.key < $1.key }.map { LinkUse(name: $0.key, networks: $0.value) }
    }
}

extension NetworkDocument {
    var isMacvlan: Bool { kind == "macvlan" }
    /// Whether it is an ipvlan network whose packets the host routes.
    var isRouted: Bool { mode == "l3" || mode == "l3s" }
}
