/// The lines of a Compose file that change when its networks move to swiftvlan.
package struct ComposeChange {
    /// What the changes leave out or cannot do, one sentence each.
    package private(set) var notes: [String]
    private let file: ComposeFile
    private let target: String
    /// The new text of a line; nil if it goes.
    private var replaced: [Int: [UInt8]?] = [:]
    /// Lines after a line.
    private var added: [Int: [[UInt8]]] = [:]

    package init(_ file: ComposeFile, to target: String = "swiftvlan") throws(MigrationRefusal) {
        (self.file, self.target, notes) = (file, target, file.notes)
        for network in file.networks { try change(network) }
    }

    /// Returns the lines of a unified diff, each without its line break; none if nothing changes.
    package func diff(path: String) -> [[UInt8]] {
        var lines: [UnifiedDiff.Line] = []
        for (index, line) in file.lines.enumerated() {
            switch replaced[index] {
            case nil: lines.append(UnifiedDiff.Line(.same, line.bytes))
            case .some(let text):
                lines.append(UnifiedDiff.Line(.removed, line.bytes))
                if let text { lines.append(UnifiedDiff.Line(.added, text)) }
            }
            lines += (added[index] ?? []).map { UnifiedDiff.Line(.added, $0) }
        }
        return UnifiedDiff(lines, endsWithBreak: file.endsWithBreak).text(path: path)
    }

    private mutating func change(_ network: ComposeNetwork) throws(MigrationRefusal) {
        let name = Shell.printable(network.name)
        if let index = network.keys["external"], file.lines[index].value?.text != "false" {
            notes.append(
                "network \(name) is external: the file stays as it is, and `swiftvlan migrate` without --compose moves it"
            )
            return
        }
        guard let index = network.keys["driver"] else { return }
        let line = file.lines[index]
        guard let value = line.value else { throw line.refusal("has a value on other lines") }
        try line.checkPlain(value)
        guard !value.text.contains("$") else {
            throw line.refusal("takes the driver from a variable")
        }
        try checkOptions(of: network)
        let options = try values(of: network)
        guard let origin = origin(value.text, options) else { return }
        replaced[index] = line.replacing(value.range, with: target)
        let moved = MovedOptions(options, from: origin)
        notes += moved.notes.map { "network \(name): \($0)" }
        apply(moved.options, to: network, after: index)
    }

    /// Returns nil for a driver whose networks do not move.
    private func origin(_ driver: String, _ options: [String: String]) -> Origin? {
        guard driver != target else { return nil }
        return Origin(driver: driver, options: options)
    }

    /// Refuses options that are not in block style.
    private func checkOptions(of network: ComposeNetwork) throws(MigrationRefusal) {
        guard let index = network.keys["driver_opts"], let value = file.lines[index].value else { return }
        try file.lines[index].checkPlain(value)
        throw file.lines[index].refusal("cannot be understood")
    }

    private func values(of network: ComposeNetwork) throws(MigrationRefusal) -> [String: String] {
        var values: [String: String] = [:]
        for (key, index) in network.options { values[key] = file.lines[index].value?.text ?? "" }
        return values
    }

    private mutating func apply(_ options: [String: String], to network: ComposeNetwork, after driver: Int) {
        var missing = options
        for (key, index) in network.options {
            let line = file.lines[index]
            if missing.removeValue(forKey: key) != nil { continue }
            if key == "bridge", missing["parent"] == line.value?.text, let range = line.keyRange {
                replaced[index] = line.replacing(range, with: "parent")
                missing["parent"] = nil
            } else {
                replaced[index] = .some(nil)
            }
        }
        let ending: [UInt8] = file.lines[driver].bytes.last == UInt8(ascii: "\r") ? [UInt8(ascii: "\r")] : []
        func line(_ indent: Int, _ text: String) -> [UInt8] {
            Array(repeating: UInt8(ascii: " "), count: indent) + Array(text.utf8) + ending
        }
        let entries = missing.sorted { $0.key < $1.key }
        if let last = network.options.last {
            added[last.index] = entries.map { line(file.lines[last.index].indent, "\($0.key): \($0.value)") }
            if options.isEmpty, let block = network.keys["driver_opts"] { replaced[block] = .some(nil) }
        } else if !entries.isEmpty {
            let indent = network.indent ?? 0
            let place = network.keys["driver_opts"] ?? driver
            let heading = network.keys["driver_opts"] == nil ? [line(indent, "driver_opts:")] : []
            let step = max(indent - network.line.indent, 1)
            added[place] = heading + entries.map { line(indent + step, "\($0.key): \($0.value)") }
        }
    }
}
