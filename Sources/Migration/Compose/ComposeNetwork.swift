/// A network of a Compose file, with the lines that a move may change.
struct ComposeNetwork {
    let name: String
    /// The line of the network's key.
    let line: ComposeLine
    /// The keys of the network, each with the index of its line.
    private(set) var keys: [String: Int] = [:]
    /// The keys of `driver_opts`, each with the index of its line, in the file's order.
    private(set) var options: [(key: String, index: Int)] = []
    /// The spaces before the network's keys; nil if it has none.
    private(set) var indent: Int?

    /// Reads the lines after the network's key, which have the given indices.
    init(
        _ name: String, at line: ComposeLine, lines: [ComposeLine], range: Range<Int>
    ) throws(MigrationRefusal) {
        (self.name, self.line) = (name, line)
        var inside: String?
        var optionIndent: Int?
        for index in range where !lines[index].isBlankOrComment {
            let line = lines[index]
            let indent = self.indent ?? line.indent
            self.indent = indent
            if line.indent > indent {
                guard inside == "driver_opts" else { continue }
                try readOption(line, at: index, indent: &optionIndent)
                continue
            }
            // The items of a list may be as far to the left as its key.
            if line.isSequenceItem, inside != nil, inside != "driver_opts" { continue }
            guard line.indent == indent, let key = line.key else { throw line.refusal("cannot be understood") }
            guard key != "<<" else { throw line.refusal("merges settings from elsewhere") }
            guard keys.updateValue(index, forKey: key) == nil else { throw line.refusal("repeats \(key):") }
            inside = key
        }
    }

    private mutating func readOption(
        _ line: ComposeLine, at index: Int, indent: inout Int?
    ) throws(MigrationRefusal) {
        let expected = indent ?? line.indent
        indent = expected
        guard line.indent == expected, let key = line.key else { throw line.refusal("cannot be understood") }
        guard key != "<<" else { throw line.refusal("merges settings from elsewhere") }
        guard let value = line.value else { throw line.refusal("has a value on other lines") }
        try line.checkPlain(value)
        guard !options.contains(where: { $0.key == key }) else { throw line.refusal("repeats \(key):") }
        options.append((key, index))
    }
}

extension ComposeLine {
    /// Returns a refusal that names this line, and what to do.
    func refusal(_ problem: String) -> MigrationRefusal {
        MigrationRefusal(
            "line \(number) \(problem): \"\(Shell.printable(String(decoding: content, as: UTF8.self)))\"; "
                + "change the network by hand: driver: swiftvlan, and for ipvlan mode: l2 in driver_opts:")
    }

    /// Refuses a value that is more than a scalar on this line.
    func checkPlain(_ value: Value) throws(MigrationRefusal) {
        switch bytes[value.range.lowerBound] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): throw refusal("is in flow style")
        case UInt8(ascii: "&"), UInt8(ascii: "*"): throw refusal("has an anchor or alias")
        case UInt8(ascii: "!"): throw refusal("has a tag")
        case UInt8(ascii: "|"), UInt8(ascii: ">"): throw refusal("has a value on other lines")
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let isClosed = value.range.count > 1 && bytes[value.range.upperBound - 1] == bytes[value.range.lowerBound]
            guard isClosed else { throw refusal("has a value on other lines") }
        default: break
        }
    }
}
