/// Whether a network's containers can be started now.
package enum NetworkCondition: Hashable, Sendable {
    case ready
    /// Its parent, or the link below that, is not on the host; it works as soon as there is a link of that name.
    case waiting(forLink: String)
    /// Something of somebody else's is in its way, or the kernel refuses what it needs.
    case blocked(message: String)
}

/// What the host has for each network, as it was last seen.
struct NetworkStates {
    private var conditions: [NetworkID: NetworkCondition] = [:]
    /// Networks whose routes could not be added yet because their parent is down.
    private var withoutRoutes: Set<NetworkID> = []

    subscript(id: NetworkID) -> NetworkCondition {
        get { conditions[id] ?? .ready }
        set { conditions[id] = newValue }
    }

    /// Whether routes of the network have to be added at the next chance.
    func lacksRoutes(_ id: NetworkID) -> Bool { withoutRoutes.contains(id) }

    mutating func setLacksRoutes(_ lacks: Bool, _ id: NetworkID) {
        if lacks { withoutRoutes.insert(id) } else { withoutRoutes.remove(id) }
    }

    mutating func forget(_ id: NetworkID) {
        conditions[id] = nil
        withoutRoutes.remove(id)
    }

    /// One line with the number of networks and what those wait for that cannot be used.
    func summary(networks: Int, unreadable: Int) -> String {
        var parts = ["\(networks) network\(networks == 1 ? "" : "s")"]
        var waiting: [String: Int] = [:]
        var blocked = 0
        for condition in conditions.values {
            switch condition {
            case .ready: break
            case .waiting(let link): waiting[link, default: 0] += 1
            case .blocked: blocked += 1
            }
        }
        parts += waiting.sorted { $0.key < $1.key }.map { "\($0.value) waiting for \($0.key)" }
        if blocked > 0 { parts.append("\(blocked) blocked") }
        if unreadable > 0 { parts.append("\(unreadable) unreadable") }
        return parts.joined(separator: ", ")
    }
}
