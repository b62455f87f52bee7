import NetworkTypes

/// Whether a network's containers can be started now.
package enum NetworkCondition: Hashable, Sendable {
    case ready
    /// Its parent, or the link below that, is missing; the network works once a link of that name exists.
    case waiting(forLink: String)
    /// An object of another program is in its way, or the kernel refuses a step.
    case blocked(message: String)
}

/// The condition of each network, as last seen.
struct NetworkStates {
    private var conditions: [NetworkID: NetworkCondition] = [:]
    /// The networks whose routes could not be added because their parent is down.
    private var withoutRoutes: Set<NetworkID> = []
    /// The parents over which networks with host routes to their endpoints last had them.
    private var parents: [NetworkID: InterfaceIndex] = [:]

    subscript(id: NetworkID) -> NetworkCondition {
        get { conditions[id] ?? .ready }
        set { conditions[id] = newValue }
    }

    /// The conditions that were seen; a network without one is ready.
    var all: [NetworkID: NetworkCondition] { conditions }

    /// Whether the network's routes must be added at the next opportunity.
    func lacksRoutes(_ id: NetworkID) -> Bool { withoutRoutes.contains(id) }

    mutating func setLacksRoutes(_ lacks: Bool, _ id: NetworkID) {
        if lacks { withoutRoutes.insert(id) } else { withoutRoutes.remove(id) }
    }

    /// Records a network's parent; returns whether it is another link than the last time, or the first one.
    mutating func isNew(_ parent: InterfaceIndex, for id: NetworkID) -> Bool {
        parents.updateValue(parent, forKey: id) != parent
    }

    mutating func forget(_ id: NetworkID) {
        conditions[id] = nil
        parents[id] = nil
        withoutRoutes.remove(id)
    }

    /// Returns one line with the number of networks and the links that unusable ones wait for.
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
