import ControlAPI

/// The text of `swiftvlan status`: networks in a table, grouped by the lowest link below them.
struct StatusText {
    /// The number of networks above which only those that are not ok have rows of their own.
    static let limit = 40

    private let document: StatusDocument
    private let usesColor: Bool
    private let chains: LinkChains
    private let faults: LinkFaults

    init(_ document: StatusDocument, usesColor: Bool) {
        self.document = document
        self.usesColor = usesColor
        chains = LinkChains(document.links)
        faults = LinkFaults(document.links)
    }

    /// Returns the lines, with a row for every network if `isFull` or if there are few.
    func lines(isFull: Bool) -> [String] {
        var lines = heading
        let isShort = !isFull && document.networks.count > Self.limit
        if document.networks.isEmpty, document.unreadable.isEmpty {
            lines += ["", "There are no networks. Create one: docker network create -d swiftvlan -o parent=eth0 …"]
        } else {
            lines += isShort ? overview : groups
        }
        if !document.unreadable.isEmpty {
            lines += [""] + document.unreadable.map { styled(Terminal.escaped($0), .red) }
        }
        return lines
    }

    private var heading: [String] {
        let counts = NetworkCounts(document.networks, faults)
        let endpoints = document.networks.reduce(0) { $0 + $1.endpoints.count }
        var words = [counted(document.networks.count, "network"), counted(endpoints, "endpoint")]
        words += counts.problems
        if !document.unreadable.isEmpty { words.append("\(document.unreadable.count) unreadable") }
        let daemon = document.daemon.map { "swiftvlan \($0.version), process \($0.processID)" }
        return [
            styled(Terminal.escaped(words.joined(separator: ", ")), counts.isOK ? .bold : .yellow)
                + styled("  (\(daemon ?? "the daemon is not running"))", .dim)
        ]
    }

    // MARK: All networks

    /// The networks in groups, each below its lowest link, with the same columns.
    private var groups: [String] {
        let groups = chains.groups(document.networks)
        var all = TextTable(header: NetworkRow.header)
        for group in groups { all.rows += group.networks.map { row($0).cells } }
        return groups.flatMap { group in
            ["", heading(of: group)] + all.lines(of: all.rows[0], usesColor: usesColor).map(indented)
                + group.networks.flatMap { network in
                    let row = row(network)
                    return all.lines(of: row.cells, usesColor: usesColor).map(indented)
                        + row.details.map { indented(indented(styled($0.text, $0.style))) }
                }
        }
    }

    private func row(_ network: NetworkDocument) -> NetworkRow {
        NetworkRow(network, vlans: chains.vlans(of: network), fault: faults.link(below: network)?.fault)
    }

    private func heading(of group: LinkChains.Group) -> String {
        guard let name = group.link else { return styled("isolated", .bold) }
        let title = styled(Terminal.escaped(name), .bold)
        guard let link = chains.links[name] else { return title }
        let (words, style) = LinkWords(link).state
        return title + "  " + styled(words, style)
    }

    // MARK: Many networks

    /// One line for each lowest link, and a row for each network that is not ok.
    private var overview: [String] {
        let bad = document.networks.filter { $0.state.name != .ok || faults.link(below: $0) != nil }
        let row = bad.map(row)
        var table = TextTable(header: NetworkRow.header)
        table.rows += row.map(\.cells)
        let lines = row.flatMap { row in
            table.lines(of: row.cells, usesColor: usesColor)
                + row.details.map { indented(styled($0.text, $0.style)) }
        }
        return [""] + linkLines
            + (bad.isEmpty ? [] : ["", "Not ok:"] + table.lines(of: table.rows[0], usesColor: usesColor) + lines)
            + ["", "All networks: swiftvlan status --all"]
    }

    /// A line for each lowest link; with many of them, only for those with a network that is not ok.
    private var linkLines: [String] {
        let groups = chains.groups(document.networks).map { (group: $0, counts: NetworkCounts($0.networks, faults)) }
        let shown = groups.count <= Self.limit ? groups : groups.filter { !$0.counts.isOK }
        var table = TextTable(header: ["LINK", "NETWORKS", "VLANS", "ENDPOINTS", "STATE"])
        table.rows += shown.map { group, counts in
            let vlans = Set(group.networks.map(chains.vlans)).filter { !$0.isEmpty }.count
            let endpoints = group.networks.reduce(0) { $0 + $1.endpoints.count }
            return [
                TextTable.Cell(group.link ?? "isolated"), TextTable.Cell("\(group.networks.count)"),
                TextTable.Cell("\(vlans)"), TextTable.Cell("\(endpoints)"),
                TextTable.Cell(
                    counts.isOK ? "ok" : counts.problems.joined(separator: ", "), counts.isOK ? .green : .yellow),
            ]
        }
        let rest = groups.count - shown.count
        let others = shown.isEmpty ? "" : "the other "
        return (shown.isEmpty ? [] : table.lines(usesColor: usesColor))
            + (rest == 0 ? [] : ["All networks on \(others)\(counted(rest, "link")) are ok."])
    }

    private func styled(_ text: String, _ style: Terminal.Style?) -> String {
        Terminal.styled(text, style, usesColor: usesColor)
    }
}

private func indented(_ line: String) -> String { "  " + line }

/// Returns a number with a noun, such as `2 networks`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// How many networks are in each state.
struct NetworkCounts {
    /// Such as `2 waiting for eth1` or `1 with eth0 down`.
    let problems: [String]

    var isOK: Bool { problems.isEmpty }

    init(_ networks: [NetworkDocument], _ faults: LinkFaults) {
        var waiting: [String: Int] = [:]
        var faulty: [String: Int] = [:]
        var blocked = 0
        for network in networks {
            switch network.state.name {
            case .ok:
                guard let link = faults.link(below: network) else { break }
                faulty[link.isUp ? "no carrier on \(link.name)" : "\(link.name) down", default: 0] += 1
            case .waiting: waiting[network.state.link ?? "", default: 0] += 1
            case .blocked: blocked += 1
            }
        }
        problems =
            waiting.sorted { $0.key < $1.key }.map { "\($0.value) waiting for \($0.key)" }
            + faulty.sorted { $0.key < $1.key }.map { "\($0.value) with \($0.key)" }
            + (blocked > 0 ? ["\(blocked) blocked"] : [])
    }
}
