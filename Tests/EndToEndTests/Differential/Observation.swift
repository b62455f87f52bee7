import Foundation

/// The result of a scenario with one driver, as lines that can be compared.
struct Observation {
    private(set) var lines: Set<String> = []
    /// The differences on the host after everything was removed.
    let left: Set<String>
    /// Docker's error messages, for diagnosis.
    private(set) var remarks: [String] = []

    /// Reads one side from the output of `lab/differential`, which contains both.
    init(side: String, in sections: [Section], normalizer: OutputNormalizer) throws {
        let starts = sections.indices.filter { sections[$0].topic == "side" }
        let start = starts.first { sections[$0].subject == side } ?? sections.endIndex
        let end = starts.first { $0 > start } ?? sections.endIndex
        let mine = sections[start..<end].dropFirst()
        var normalizer = normalizer
        normalizer.isolated = mine.filter { $0.topic == "id" }.map(\.subject)
        for section in mine where section.topic == "links" {
            normalizer.learn(try section.hostState(), of: section.subject)
        }

        var states: [String: Set<String>] = [:]
        for section in mine {
            switch section.topic {
            case "links" where ["before", "after"].contains(section.subject):
                states[section.subject] = Set(normalizer.lines(try section.hostState(), of: section.subject))
            case "links": lines.formUnion(normalizer.lines(try section.hostState(), of: section.subject))
            case "endpoints": lines.formUnion(normalizer.lines(try section.container(), of: section.subject))
            case "pings": lines.formUnion(normalizer.answers(section))
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

    /// Returns the lines that only one side has: `-` precedes Docker's, and `+` swiftvlan's.
    func differences(from docker: Observation) -> Set<String> {
        func changes(_ old: Set<String>, _ new: Set<String>, _ mark: String) -> [String] {
            old.subtracting(new).map { "- \(mark)\($0)" } + new.subtracting(old).map { "+ \(mark)\($0)" }
        }
        return Set(changes(docker.lines, lines, "") + changes(docker.left, left, "left: "))
    }
}

/// A section of a scenario's output: a line `@ TOPIC SUBJECT` and the lines below it.
struct Section {
    let header: String
    let body: [String]

    var topic: String { String(header.prefix { $0 != " " }) }
    var subject: String { String(header.drop { $0 != " " }.dropFirst()) }

    /// Returns all sections of a text.
    static func all(in text: String) -> [Section] {
        text.split(separator: "\n").map(String.init).reduce(into: []) { sections, line in
            if line.hasPrefix("@ ") {
                sections.append(Section(header: String(line.dropFirst(2)), body: []))
            } else if let last = sections.popLast() {
                sections.append(Section(header: last.header, body: last.body + [line]))
            }
        }
    }

    /// Decodes the links and routes of a namespace from the output of `ip -d -j address show` and `route show table all`.
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
