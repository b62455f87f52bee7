/// Normalizes a scenario's output so that both sides can be compared. It removes interface indexes, random MAC addresses,
/// generated names and the kernel's own addresses.
struct OutputNormalizer {
    let number: Int
    /// The scenario's commands, which contain the addresses that it requests.
    let commands: String
    /// The first digits of the identifiers of the scenario's networks.
    var isolated: [String] = []
    /// MAC addresses of the host's links.
    private var hostMACs: Set<String> = []
    /// The normalized name of each interface, by container. Older engines increment the number with each connection.
    private var interfaces: [String: [String: String]] = [:]

    init(number: Int, commands: String) {
        self.number = number
        self.commands = commands
    }

    mutating func learn(_ state: NamespaceState, of subject: String) {
        guard !isHost(subject) else { return hostMACs.formUnion(state.links.compactMap(\.address)) }
        let names = state.links.compactMap(\.ifname).filter { $0.hasPrefix("eth") }
            .sorted { ($0.count, $0) < ($1.count, $1) }
        for (position, name) in names.enumerated() { interfaces[subject, default: [:]][name] = "eth\(position)" }
    }

    /// Returns the lines for links, addresses and routes.
    func lines(_ state: NamespaceState, of subject: String) -> [String] {
        let links = state.links.filter { isShown($0, of: subject) }
        let routes = state.routes.filter { isShown($0, of: subject) }
        let lines = links.flatMap { [line($0, of: subject)] + addresses($0) } + routes.map(line)
        let whose = subject == "before" || subject == "after" ? "" : "\(subject) "
        return lines.map { whose + renamed($0, of: subject) }
    }

    /// Returns the lines for the endpoints of a container, as Docker reports them.
    func lines(_ container: EngineContainer, of subject: String) -> [String] {
        func given(_ text: String) -> String { text.isEmpty ? "none" : text }
        return container.NetworkSettings.Networks.map { name, place in
            let network = name.hasSuffix(String(number)) ? String(name.dropLast(String(number).count)) : name
            let words = [
                subject, "endpoint", network, "\(place.IPAddress)/\(place.IPPrefixLen)", "gateway",
                given(place.Gateway),
                "\(place.GlobalIPv6Address)/\(place.GlobalIPv6PrefixLen)", "gateway", given(place.IPv6Gateway), "MAC",
                place.MacAddress.isEmpty ? "none" : mac(place.MacAddress),
            ]
            return words.joined(separator: " ")
        }
    }

    /// Returns the lines about reachability: `ADDRESS is alive` or `ADDRESS is unreachable`.
    func answers(_ section: Section) -> [String] { section.body.map { "\(section.subject): \($0)" } }

    private func isHost(_ subject: String) -> Bool { ["host", "before", "after"].contains(subject) }

    /// Returns whether a link is compared. A link of the host is compared only if it belongs to the scenario.
    private func isShown(_ link: NamespaceState.Link, of subject: String) -> Bool {
        isHost(subject) ? [link.ifname, link.link].contains { belongsToScenario($0) } : link.ifname != "lo"
    }

    /// Returns whether a route is compared. Routes to local and link-local addresses are not, because each link has them.
    private func isShown(_ route: NamespaceState.Route, of subject: String) -> Bool {
        let destination = route.dst ?? ""
        let isOwn = route.table == "local" || ["fe80::", "ff00::"].contains { destination.hasPrefix($0) }
        guard !isOwn else { return false }
        return !isHost(subject) || belongsToScenario(route.dev)
            || ["10.\(number).", "fd00:\(number):"].contains { destination.hasPrefix($0) }
    }

    private func belongsToScenario(_ link: String?) -> Bool {
        guard let link else { return false }
        return link.hasPrefix("w\(number)") || isolated.contains { link.hasSuffix($0) }
    }

    private func line(_ link: NamespaceState.Link, of subject: String) -> String {
        let detail = link.linkinfo?.info_data
        let parts: [String?] = [
            "link", link.ifname, link.linkinfo?.info_kind, detail?.protocol, detail?.id.map(String.init), detail?.mode,
            link.link.map { "on \($0)" }, link.flags?.contains("UP") ?? false ? "up" : "down",
            link.mtu.map { "mtu \($0)" }, link.promiscuity.map { "promiscuity \($0)" },
            // The comparison after the removal checks the parent's address. Created links have random addresses.
            subject == "host" ? nil : link.address.map { "MAC \(isHost(subject) ? $0 : mac($0))" },
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    private func addresses(_ link: NamespaceState.Link) -> [String] {
        (link.addr_info ?? []).compactMap { address in
            guard let local = address.local, !local.hasPrefix("fe80") || commands.contains(local) else { return nil }
            let parts = [
                "address", link.ifname, "\(local)/\(address.prefixlen ?? -1)", address.broadcast.map { "brd \($0)" },
                address.scope,
            ]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
    }

    /// Returns a route in the format of `ip route`.
    private func line(_ route: NamespaceState.Route) -> String {
        let parts: [String?] = [
            "route", route.type == "unicast" ? nil : route.type, route.dst, route.gateway.map { "via \($0)" },
            route.dev.map { "dev \($0)" }, route.table.flatMap { $0 == "main" ? nil : "table \($0)" },
            // The host may have a name for swiftvlan's protocol number.
            route.protocol.flatMap { $0 == "boot" ? nil : "proto \($0 == "swiftvlan" ? "118" : $0)" },
            route.scope.flatMap { $0 == "global" ? nil : "scope \($0)" }, route.prefsrc.map { "src \($0)" },
            route.metric.map { "metric \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    private func mac(_ address: String) -> String {
        if commands.contains(address) { return "asked for" }
        return hostMACs.contains(address) ? "of a link of the host" : "of its own"
    }

    private func renamed(_ line: String, of subject: String) -> String {
        let names = interfaces[subject, default: [:]]
        let words = line.split(separator: " ").map { word in
            if let name = names[String(word)] { return name }
            return isolated.contains { word.hasSuffix($0) } ? "isolated" : String(word)
        }
        return words.joined(separator: " ")
    }
}
