import Foundation

/// What a story showed on one of its sides, as lines that can be compared: without interface numbers, random MAC
/// addresses, generated names, and the addresses that the kernel gives itself.
struct Observation {
    let lines: Set<String>
    /// What differs on the host after everything was removed.
    let left: Set<String>
    /// What the engine said, for whoever has to find out why.
    let remarks: [String]

    init(side: String, of output: String, wording: Wording) throws {
        let mine = output.split(separator: "\n").filter { $0.hasPrefix("\(side) ") }.map { $0.dropFirst(side.count + 1) }
        remarks = mine.filter { $0.hasPrefix("#") }.map(String.init)
        let entries = mine.filter { !$0.hasPrefix("#") }.compactMap(Entry.init)
        var wording = wording
        wording.isolated = entries.filter { $0.subject == "id" }.map(\.topic)
        for entry in entries where entry.topic == "links" { try wording.learn(entry.links(), of: entry.subject) }

        var said: Set<String> = []
        var states: [String: Set<String>] = [:]
        for entry in entries {
            switch entry.subject {
            case "id": continue
            case "before", "after": try states[entry.subject, default: []].formUnion(wording.lines(entry, withMAC: true))
            default: try said.formUnion(wording.lines(entry, withMAC: entry.subject != "host").map(entry.titled))
            }
        }
        lines = said
        let before = states["before", default: []]
        let after = states["after", default: []]
        left = Set(before.subtracting(after).map { "less \($0)" }).union(after.subtracting(before).map { "more \($0)" })
    }

    /// What one side has and the other has not: `-` in front of Docker's, `+` in front of ours.
    func differences(from docker: Observation) -> Set<String> {
        func changes(_ old: Set<String>, _ new: Set<String>, _ mark: String) -> [String] {
            old.subtracting(new).map { "- \(mark)\($0)" } + new.subtracting(old).map { "+ \(mark)\($0)" }
        }
        return Set(changes(docker.lines, lines, "") + changes(docker.left, left, "left: "))
    }
}

/// One line that a story printed: whom it is about, what, and the rest.
struct Entry {
    let subject: String
    let topic: String
    let rest: String

    init?(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard let subject = words.first else { return nil }
        self.subject = subject
        topic = words.count > 1 ? words[1] : ""
        rest = words.count > 2 ? words[2] : ""
    }

    func links() throws -> [LinkState] {
        try JSONDecoder().decode([LinkState].self, from: Data(rest.utf8))
    }

    func container() throws -> EngineContainer {
        try JSONDecoder().decode(EngineContainer.self, from: Data(rest.utf8))
    }

    /// Lines of the host's state before and after have no subject of their own.
    func titled(_ line: String) -> String { "\(subject) \(line)" }
}

/// One of the links in `ip -d -j address`.
struct LinkState: Decodable {
    struct Address: Decodable {
        // Absent in the empty objects that `ip` writes for what it leaves out.
        let local: String?
        let prefixlen: Int?
        let scope: String?
        let broadcast: String?
    }

    struct Kind: Decodable {
        struct Detail: Decodable {
            let mode: String?
            let `protocol`: String?
            let id: Int?
        }

        let info_kind: String?
        let info_data: Detail?
    }

    let ifname: String?
    let link: String?
    let flags: [String]?
    let mtu: Int?
    let promiscuity: Int?
    let address: String?
    let linkinfo: Kind?
    let addr_info: [Address]?
}

/// Of what the engine tells of a container, its networks.
struct EngineContainer: Decodable {
    struct Place: Decodable {
        let IPAddress: String
        let IPPrefixLen: Int
        let Gateway: String
        let GlobalIPv6Address: String
        let GlobalIPv6PrefixLen: Int
        let IPv6Gateway: String
        let MacAddress: String
    }

    struct Settings: Decodable {
        let Networks: [String: Place]
    }

    let NetworkSettings: Settings
}
