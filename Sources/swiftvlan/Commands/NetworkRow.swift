import ControlAPI

/// A network in the table of `swiftvlan status`.
struct NetworkRow {
    static let header = ["NETWORK", "PARENT", "VLAN", "KIND", "SUBNETS", "ENDPOINTS", "STATE"]

    let cells: [TextTable.Cell]
    /// Escaped lines below the row: why it is blocked, the host's access and routes, and conflicts.
    let details: [(text: String, style: Terminal.Style?)]

    init(_ network: NetworkDocument, vlans: [Int], fault: String?) {
        let kind = [network.kind, network.mode] + [network.flag.map { "(\($0))" }].compactMap { $0 }
        cells = [
            TextTable.Cell(network.label), TextTable.Cell(network.parent),
            TextTable.Cell(vlans.isEmpty ? "-" : vlans.map(String.init).joined(separator: ".")),
            TextTable.Cell(kind.joined(separator: " ") + (network.isInternal ? ", internal" : "")),
            TextTable.Cell(network.subnets.isEmpty ? ["-"] : network.subnets.map(\.subnet)),
            TextTable.Cell("\(network.endpoints.count)"), Self.state(of: network, fault),
        ]
        details = Self.details(of: network).map { (Terminal.escaped($0.0), $0.1) }
    }

    private static func state(of network: NetworkDocument, _ fault: String?) -> TextTable.Cell {
        switch network.state.name {
        case .ok:
            network.endpoints.contains { !$0.conflicts.isEmpty }
                ? TextTable.Cell("\(fault ?? "ok"), address conflict", .yellow)
                : TextTable.Cell(fault ?? "ok", fault == nil ? .green : .yellow)
        case .waiting: TextTable.Cell(network.state.description, .yellow)
        // The reason is a sentence, which has its own line.
        case .blocked: TextTable.Cell("blocked", .red)
        }
    }

    private static func details(of network: NetworkDocument) -> [(String, Terminal.Style?)] {
        var lines: [(String, Terminal.Style?)] = []
        if network.state.name == .blocked { lines.append((network.state.description, .red)) }
        for endpoint in network.endpoints {
            lines += endpoint.conflicts.map {
                ("conflict: \($0.address) of \(endpoint.label) is also at \($0.macAddress)", .yellow)
            }
        }
        var shown: Set<HostRouteDocument> = []
        if let access = network.hostAccess {
            lines.append(text(of: access))
            shown = Set(access.routes)
        }
        return lines + text(of: network.hostRoutes.filter { !shown.contains($0) })
    }

    /// A line for each route, or one for all present routes to single addresses on a link: there can be thousands.
    private static func text(of routes: [HostRouteDocument]) -> [(String, Terminal.Style?)] {
        let counts = Dictionary(grouping: routes.filter(\.isToPresentAddress), by: \.way).mapValues(\.count)
        var summarized: Set<String> = []
        return routes.compactMap { route in
            guard route.isToPresentAddress, let count = counts[route.way], count > 3 else {
                return ("host route \(route.words)", route.link == nil ? .yellow : .dim)
            }
            return summarized.insert(route.way).inserted ? ("host routes to \(count) addresses\(route.way)", .dim) : nil
        }
    }

    /// Such as `host access over sh-eth0, from 10.50.0.2 to 10.50.0.10, 10.50.0.11`.
    private static func text(of access: HostAccessDocument) -> (String, Terminal.Style?) {
        guard let shim = access.shim else { return ("host access: there is no shim", .yellow) }
        guard !access.routes.isEmpty else { return ("host access over \(shim), no containers", .dim) }
        var sources: [String?] = []
        for route in access.routes where !sources.contains(route.source) { sources.append(route.source) }
        let parts = sources.map { source in
            let destinations = access.routes.filter { $0.source == source }.map(\.shortDestination)
            return (source.map { "from \($0) " } ?? "") + "to \(destinations.joined(separator: ", "))"
        }
        return ("host access over \(shim), \(parts.joined(separator: "; "))", .dim)
    }
}

extension HostRouteDocument {
    /// Such as `10.30.1.5 in VRF red over eth0`.
    var words: String { shortDestination + way }

    /// Such as ` in VRF red over eth0`, or ` is missing`.
    fileprivate var way: String { place + (link.map { " over \($0)" } ?? " is missing") }

    /// Whether the host has the route, and it leads to a single address.
    fileprivate var isToPresentAddress: Bool { link != nil && shortDestination != destination }

    /// The destination, without the prefix length of a single address.
    var shortDestination: String {
        for length in ["/32", "/128"] where destination.hasSuffix(length) {
            // An IPv6 subnet may have 32 bits too.
            if length == "/128" || !destination.contains(":") { return String(destination.dropLast(length.count)) }
        }
        return destination
    }
}

/// What a line says about a link.
struct LinkWords {
    private let link: LinkDocument

    init(_ link: LinkDocument) { self.link = link }

    /// Whether the link works, and its properties.
    var state: (String, Terminal.Style) {
        guard link.exists else { return ("missing", .red) }
        var words = [link.kind ?? "NIC"]
        if let vlan = link.vlan { words.append("VLAN \(vlan)") }
        words.append(link.isUp ? link.hasCarrier ? "up" : "up without carrier" : "down")
        if let mtu = link.mtu { words.append("MTU \(mtu)") }
        return (Terminal.escaped(words.joined(separator: ", ")), link.isUp && link.hasCarrier ? .dim : .yellow)
    }
}
