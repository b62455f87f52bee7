import Foundation

/// The result of a scenario with one driver, as lines that can be compared.
struct Observation {
    private(set) var lines: Set<String> = []
    /// Differences on the host after everything was removed.
    let left: Set<String>
    /// Docker's messages, for diagnosis.
    private(set) var remarks: [String] = []

    /// Reads one side from the output of `lab/differential`, which has both.
    init(side: String, in sections: [Section], wording: Wording) throws {
        let starts = sections.indices.filter { sections[$0].topic == "side" }
        let start = starts.first { sections[$0].subject == side } ?? sections.endIndex
        let end = starts.first { $0 > start } ?? sections.endIndex
        let mine = sections[start..<end].dropFirst()
        var wording = wording
        wording.isolated = mine.filter { $0.topic == "id" }.map(\.subject)
        for section in mine where section.topic == "links" {
            wording.learn(try section.hostState(), of: section.subject)
        }

        var states: [String: Set<String>] = [:]
        for section in mine {
            switch section.topic {
            case "links" where ["before", "after"].contains(section.subject):
                states[section.subject] = Set(wording.lines(try section.hostState(), of: section.subject))
            case "links": lines.formUnion(wording.lines(try section.hostState(), of: section.subject))
            case "endpoints": lines.formUnion(wording.lines(try section.container(), of: section.subject))
            case "pings": lines.formUnion(wording.answers(section))
            case "id": continue
            default:
                if section.header != "the end" { lines.insert(section.header) }
                remarks += section.body
            }
        }
        let before = states["before", default: []]
        let after = states["after", default: []]
        left = Set(before.subtracting(after).map { "less \($0)" }).union(after.subtracting(before).map { "more \($0)" })
    }

    /// Lines that only one side has: `-` in front of Docker's, `+` in front of ours.
    func differences(from docker: Observation) -> Set<String> {
        func changes(_ old: Set<String>, _ new: Set<String>, _ mark: String) -> [String] {
            old.subtracting(new).map { "- \(mark)\($0)" } + new.subtracting(old).map { "+ \(mark)\($0)" }
        }
        return Set(changes(docker.lines, lines, "") + changes(docker.left, left, "left: "))
    }
}

/// A section of a scenario's output: a line `@ TOPIC SUBJECT`, and the lines below it.
struct Section {
    let header: String
    let body: [String]

    var topic: String { String(header.prefix { $0 != " " }) }
    var subject: String { String(header.drop { $0 != " " }.dropFirst()) }

    /// All sections of a text.
    static func all(in text: String) -> [Section] {
        text.split(separator: "\n").map(String.init).reduce(into: []) { sections, line in
            if line.hasPrefix("@ ") {
                sections.append(Section(header: String(line.dropFirst(2)), body: []))
            } else if let last = sections.popLast() {
                sections.append(Section(header: last.header, body: last.body + [line]))
            }
        }
    }

    /// The links and routes of a namespace: what `ip -d -j` prints for `address show` and `route show table all`.
    func hostState() throws -> NamespaceState {
        guard body.count == 2 else { throw Malformed(section: self) }
        let decoder = JSONDecoder()
        return NamespaceState(
            links: try decoder.decode([NamespaceState.Link].self, from: Data(body[0].utf8)),
            routes: try decoder.decode([NamespaceState.Route].self, from: Data(body[1].utf8)))
    }

    func container() throws -> EngineContainer {
        try JSONDecoder().decode(EngineContainer.self, from: Data(body.joined().utf8))
    }

    struct Malformed: Error {
        let section: Section
    }
}

/// The networks of a container, from `docker inspect`.
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
