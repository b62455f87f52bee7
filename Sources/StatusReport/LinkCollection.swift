import ControlAPI
import DriverCore
import NetworkTypes

/// Collects the links that networks use, each once.
struct LinkCollection {
    private let host: ReportedHost
    private var found: [String: LinkDocument] = [:]

    init(_ host: ReportedHost) { self.host = host }

    var documents: [LinkDocument] { found.values.sorted { $0.name < $1.name } }

    /// Adds a link and everything below it.
    mutating func add(_ link: HostLink) {
        guard found[link.name] == nil else { return }
        found[link.name] = host.document(of: link)
        if let lower = host.lower(of: link) { add(lower) }
        for port in host.ports(of: link) { add(port) }
    }

    /// Adds the links that a network needs, among them missing ones.
    mutating func add(_ levels: [NetworkLinkFinder.Level]) {
        var lower: String?
        for level in levels {
            if let link = level.link {
                add(link)
            } else if found[level.name] == nil {
                found[level.name] = LinkDocument(missing: level, lower: lower)
            }
            lower = level.name
        }
    }
}

extension LinkDocument {
    fileprivate init(missing level: NetworkLinkFinder.Level, lower: String?) {
        self.init(name: level.name, role: .host, exists: false, isUp: false, hasCarrier: false, lower: lower)
        switch level.role {
        case .foreign: break
        case .isolated: role = .isolated
        case .vlan(let tag): (role, vlan) = (.vlan, Int(tag.id.number))
        }
    }
}
