import FoundationEssentials

/// The firewall's chains whose policy is to drop.
struct FirewallPolicies: Sendable {
    enum Hook: String, CaseIterable, Sendable {
        case input, forward, output

        var uppercaseName: String { rawValue.uppercased() }
    }

    enum Family: String, CaseIterable, Sendable {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"
    }

    struct Unreadable: Error { let sentence: String }

    /// The names of dropping chains, such as `table ip filter`, by hook and family.
    private var chains: [Hook: [Family: String]] = [:]
    /// Whether iptables-save was asked, which lists one family only.
    private var isFromSave = false

    /// Returns the name of a chain of this hook that drops; nil if none does.
    func dropping(_ hook: Hook, _ family: Family) -> String? { chains[hook]?[family] }

    /// Asks nft(8), which also shows the chains of iptables-nft, and without it the old kernel tables' iptables-save(8).
    static func read(_ facts: DoctorFacts) -> Result<FirewallPolicies, Unreadable> {
        guard let programs = facts.programs else {
            return .failure(Unreadable(sentence: "reading the firewall's policies needs root"))
        }
        var policies = FirewallPolicies()
        var isRead = false
        if let output = programs.output(of: ["nft", "-j", "list", "chains"]) { isRead = policies.takeJSON(output) }
        for (family, names, program) in oldTables {
            // Without the option -t, the program lists only the tables in this file and loads no module.
            let isUsed = facts.files.text(names).map { !$0.isEmpty } ?? false
            guard isUsed || !isRead || policies.isFromSave else { continue }
            for program in isUsed ? ["\(program)-legacy-save", "\(program)-save"] : ["\(program)-save"] {
                guard let output = programs.output(of: [program]) else { continue }
                policies.takeSave(output, family, program)
                isRead = true
                break
            }
        }
        guard isRead else {
            return .failure(Unreadable(sentence: "neither nft nor iptables-save can list the firewall's chains"))
        }
        return .success(policies)
    }

    /// The families, the files with the names of the old kernel tables in use, and the start of the programs' names.
    private static let oldTables: [(Family, String, String)] = [
        (.ipv4, "/proc/net/ip_tables_names", "iptables"), (.ipv6, "/proc/net/ip6_tables_names", "ip6tables"),
    ]

    private struct Listing: Decodable {
        struct Entry: Decodable { let chain: Chain? }
        struct Chain: Decodable {
            let family: String
            let table: String
            let name: String
            let hook: String?
            let policy: String?
        }
        let nftables: [Entry]
    }

    /// Takes the output of `nft -j list chains` (libnftables-json(5)); returns false if it is something else.
    private mutating func takeJSON(_ text: String) -> Bool {
        guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(text.utf8)) else { return false }
        for chain in listing.nftables.compactMap(\.chain) where chain.policy == "drop" {
            guard let hook = chain.hook.flatMap(Hook.init) else { continue }
            let name = "chain \(chain.name) of table \(chain.family) \(chain.table)"
            if chain.family == "ip" || chain.family == "inet" { add(hook, .ipv4, name) }
            if chain.family == "ip6" || chain.family == "inet" { add(hook, .ipv6, name) }
        }
        return true
    }

    /// Takes the output of `iptables-save`, whose lines `:INPUT DROP [0:0]` are the policies.
    private mutating func takeSave(_ text: String, _ family: Family, _ program: String) {
        isFromSave = true
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(":") {
            let words = line.dropFirst().split(separator: " ")
            guard words.count > 1, words[1] == "DROP", let hook = Hook(rawValue: words[0].lowercased()) else {
                continue
            }
            add(hook, family, "chain \(words[0]) in \(program)")
        }
    }

    private mutating func add(_ hook: Hook, _ family: Family, _ name: String) {
        if chains[hook]?[family] == nil { chains[hook, default: [:]][family] = name }
    }
}
