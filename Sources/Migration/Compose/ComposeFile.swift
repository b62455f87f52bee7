/// Reads the top-level block `networks:` of a Compose file line by line.
///
/// It understands block style, which nearly all Compose files have. It refuses whatever else could change a network's
/// driver: flow style, anchors, merges, several documents. It changes no other line, so that comments and formatting
/// stay.
package struct ComposeFile {
    let lines: [ComposeLine]
    /// Whether the last line ends with a line break.
    let endsWithBreak: Bool
    let networks: [ComposeNetwork]
    /// What the file leaves to other files, one sentence each.
    let notes: [String]

    /// Reads the text of a file.
    package init(_ text: some Sequence<UInt8>) throws(MigrationRefusal) {
        let bytes = Array(text)
        endsWithBreak = bytes.last == UInt8(ascii: "\n") || bytes.isEmpty
        var parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if endsWithBreak { parts.removeLast() }
        lines = parts.enumerated().map { ComposeLine($0.element, number: $0.offset + 1) }
        let sections = try Self.sections(lines)
        notes = sections.compactMap { section in
            guard section.key == "include" else { return nil }
            return "line \(section.line.number): included files are not read; pass them with --compose too"
        }
        guard let section = sections.first(where: { $0.key == "networks" }) else {
            networks = []
            return
        }
        networks = try Self.networks(section, lines)
    }

    /// A key at the left edge, and the lines up to the next one.
    private struct Section {
        let key: String
        let line: ComposeLine
        let body: Range<Int>
    }

    private static func sections(_ lines: [ComposeLine]) throws(MigrationRefusal) -> [Section] {
        var starts: [(key: String, index: Int)] = []
        for (index, line) in lines.enumerated() where !line.isBlankOrComment && line.indent == 0 {
            if line.content.starts(with: "---".utf8) {
                guard starts.isEmpty else { throw line.refusal("starts a second document") }
                continue
            }
            guard !line.content.starts(with: "%".utf8), !line.content.elementsEqual("...".utf8) else { continue }
            if line.isSequenceItem || line.hasTab, !starts.isEmpty { continue }
            guard !"{[".utf8.contains(line.content.first ?? 0) else { throw line.refusal("is in flow style") }
            guard let key = line.key else { throw line.refusal("cannot be understood") }
            guard !starts.contains(where: { $0.key == key }) else { throw line.refusal("repeats \(key):") }
            starts.append((key, index))
        }
        if starts.isEmpty, let line = lines.first(where: { !$0.isBlankOrComment }) {
            throw line.refusal("is not at the left edge")
        }
        return starts.indices.map { place in
            let end = place + 1 < starts.count ? starts[place + 1].index : lines.count
            let (key, index) = starts[place]
            return Section(key: key, line: lines[index], body: index + 1..<end)
        }
    }

    private static func networks(
        _ section: Section, _ lines: [ComposeLine]
    ) throws(MigrationRefusal) -> [ComposeNetwork] {
        if let value = section.line.value {
            guard value.text.isEmpty || value.text == "{}" || value.text == "null" else {
                try section.line.checkPlain(value)
                throw section.line.refusal("cannot be understood")
            }
        }
        var starts: [Int] = []
        var indent: Int?
        for index in section.body where !lines[index].isBlankOrComment {
            let line = lines[index]
            guard !line.hasTab else { throw line.refusal("is indented with a tab") }
            let expected = indent ?? line.indent
            indent = expected
            guard line.indent >= expected else { throw line.refusal("cannot be understood") }
            if line.indent == expected { starts.append(index) }
        }
        var networks: [ComposeNetwork] = []
        for (place, start) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] : section.body.upperBound
            guard let name = lines[start].key else { throw lines[start].refusal("cannot be understood") }
            guard name != "<<" else { throw lines[start].refusal("merges networks from elsewhere") }
            if let value = lines[start].value, !["{}", "null", "~"].contains(value.text) {
                try lines[start].checkPlain(value)
                throw lines[start].refusal("cannot be understood")
            }
            let network = try ComposeNetwork(name, at: lines[start], lines: lines, range: start + 1..<end)
            networks.append(network)
        }
        return networks
    }
}
