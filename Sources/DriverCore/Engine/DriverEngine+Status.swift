import NetworkTypes

extension DriverEngine {
    /// In one line how many networks there are, and what those wait for that cannot be used:
    /// `12 networks, 1 waiting for eth1`.
    package var status: String {
        var parts = ["\(networks.count) network\(networks.count == 1 ? "" : "s")"]
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
        if !unreadable.isEmpty { parts.append("\(unreadable.count) unreadable") }
        return parts.joined(separator: ", ")
    }
}
