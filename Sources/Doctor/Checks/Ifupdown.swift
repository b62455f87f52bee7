import ControlAPI

/// Finds patterns in the files of ifupdown that bring up swiftvlan's links.
struct Ifupdown: Check {
    let name = "ifupdown"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let files = facts.files
        let folder = "/etc/network/interfaces.d"
        let paths = ["/etc/network/interfaces"] + (files.names(in: folder) ?? []).map { "\(folder)/\($0)" }
        let links = OwnLinkSample.all(in: facts.status)
        return CheckResult(
            paths.flatMap { path in
                files.lines(path).compactMap { line -> Finding? in
                    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
                    guard let first = words.first, first == "auto" || first.hasPrefix("allow-") else { return nil }
                    for word in words.dropFirst() where isPattern(word) {
                        let pattern = Self.pattern(word)
                        if let link = links.first(where: { $0.matches(pattern) }) {
                            return finding(path, "\(first) \(word)", link.name)
                        }
                    }
                    return nil
                }
            })
    }

    /// Returns the pattern of a word such as `/eth*=lan` (interfaces(5)): between the slashes, and before the name of the
    /// stanza.
    private static func pattern(_ word: String) -> String {
        String(word.drop { $0 == "/" }.prefix { $0 != "=" && $0 != "/" })
    }

    private func finding(_ path: String, _ words: String, _ link: String) -> Finding {
        Finding(
            .warning, name, subject: path,
            what: "\"\(words)\" in \(path) matches links of swiftvlan such as \(link)",
            why: "ifupdown may request addresses on VLAN links, and change containers' links while they start",
            remedy: "name the host's own links there, without a pattern")
    }
}
