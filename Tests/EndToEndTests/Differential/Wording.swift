/// How what a story printed reads, so that both sides can be compared.
struct Wording {
    let number: Int
    /// The story's commands: addresses in there were asked for.
    let commands: String
    /// The first digits of the identifiers of the story's networks.
    var isolated: [String] = []
    /// MAC addresses of the host's links.
    private var hostMACs: Set<String> = []
    /// The engine's names of interfaces and ours, for each container; older engines count up with each connection.
    private var interfaces: [String: [String: String]] = [:]

    init(number: Int, commands: String) {
        self.number = number
        self.commands = commands
    }

    mutating func learn(_ links: [LinkState], of subject: String) {
        guard subject != "before", subject != "after" else { return }
        guard subject != "host" else { return hostMACs.formUnion(links.compactMap(\.address)) }
        let names = links.compactMap(\.ifname).filter { $0.hasPrefix("eth") }
            .sorted { ($0.count, $0) < ($1.count, $1) }
        for (position, name) in names.enumerated() { interfaces[subject, default: [:]][name] = "eth\(position)" }
    }

    /// An entry's lines, without its subject.
    func lines(_ entry: Entry, withMAC: Bool) throws -> [String] {
        switch entry.topic {
        case "links":
            let shown = try entry.links().filter { isShown($0, of: entry.subject) }
            return shown.flatMap { [line($0, withMAC: withMAC)] + addresses($0) }.map { renamed($0, of: entry.subject) }
        case "route", "route6":
            guard !entry.rest.hasPrefix("fe80"), !entry.rest.hasPrefix("multicast ff00") else { return [] }
            // The moment when a carrier is noticed is not the driver's.
            let route = entry.rest.replacing(" linkdown", with: "")
            return [renamed("\(entry.topic) \(route)", of: entry.subject)]
        case "told":
            return try entry.container().NetworkSettings.Networks.map(told)
        default:
            return [renamed("\(entry.topic) \(entry.rest)", of: entry.subject)]
        }
    }

    /// Of the host's links only those that belong to the story.
    private func isShown(_ link: LinkState, of subject: String) -> Bool {
        let name = link.ifname ?? ""
        guard ["host", "before", "after"].contains(subject) else { return name != "lo" }
        let names = [name, link.link ?? ""]
        return names.contains { name in name.hasPrefix("w\(number)") || isolated.contains { name.hasSuffix($0) } }
    }

    private func line(_ link: LinkState, withMAC: Bool) -> String {
        let detail = link.linkinfo?.info_data
        let parts: [String?] = [
            "link", link.ifname, link.linkinfo?.info_kind, detail?.protocol, detail?.id.map(String.init), detail?.mode,
            link.link.map { "on \($0)" }, link.flags?.contains("UP") ?? false ? "up" : "down",
            link.mtu.map { "mtu \($0)" }, link.promiscuity.map { "promiscuity \($0)" },
            withMAC ? link.address.map { "MAC \(mac($0))" } : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    private func addresses(_ link: LinkState) -> [String] {
        (link.addr_info ?? []).compactMap { address in
            guard let local = address.local, !local.hasPrefix("fe80") || commands.contains(local) else { return nil }
            let parts = [
                "address", link.ifname, "\(local)/\(address.prefixlen ?? -1)", address.broadcast.map { "brd \($0)" },
                address.scope,
            ]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
    }

    /// What the engine tells of a container's place in one of its networks.
    private func told(_ name: String, _ place: EngineContainer.Place) -> String {
        let words = [
            "told", name.hasSuffix(String(number)) ? String(name.dropLast(3)) : name,
            "\(place.IPAddress)/\(place.IPPrefixLen)", "gateway", place.Gateway.isEmpty ? "none" : place.Gateway,
            "\(place.GlobalIPv6Address)/\(place.GlobalIPv6PrefixLen)", "gateway",
            place.IPv6Gateway.isEmpty ? "none" : place.IPv6Gateway, "MAC",
            place.MacAddress.isEmpty ? "none" : mac(place.MacAddress),
        ]
        return words.joined(separator: " ")
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
