/// A command that a document shows its reader.
struct DocumentedCommand: Hashable, Sendable {
    let page: String
    let heading: String
    let line: Int
    /// What the reader types: the lines of a continued command as they are written.
    let text: String
    /// The output that the page shows below the command; nil if it shows none.
    let output: String?
    /// Whether the command is a line of a block; otherwise it is a code span within text.
    let isInBlock: Bool
}

extension DocumentedCommand: CustomStringConvertible {
    var description: String { "\(page):\(line), \"\(heading)\": \(text)" }
}

extension DocumentedCommand {
    /// Programs whose name at the start of a code span, followed by an argument, makes it a command.
    static let programs: Set = [
        "apt", "apt-get", "arping", "bridge", "cat", "curl", "docker", "dpkg", "ethtool", "findmnt", "grep", "ip",
        "journalctl", "ls", "lsmod", "make", "man", "modprobe", "networkctl", "nmcli", "nsenter", "ping", "rm", "ss",
        "sudo", "swiftvlan", "sysctl", "systemctl", "systemd-analyze", "tcpdump", "udevadm", "uname",
    ]

    init?(span: DocumentPage.CodeSpan, page: String) {
        let words = span.text.split(separator: " ")
        guard words.count > 1, Self.programs.contains(String(words[0])) else { return nil }
        self.init(
            page: page, heading: span.heading, line: span.line, text: span.text, output: nil, isInBlock: false)
    }

    /// The commands of a block of language `sh`: one on each line, unless `\` continues it.
    static func inScript(_ block: DocumentPage.Block, page: String) -> [Self] {
        var commands: [Self] = []
        var lines: [String] = []
        for (index, line) in block.lines.enumerated() {
            if lines.isEmpty, line.isEmpty || line.hasPrefix("#") { continue }
            lines.append(line)
            if line.hasSuffix("\\") { continue }
            commands.append(
                Self(
                    page: page, heading: block.heading, line: block.line + index + 1 - lines.count,
                    text: lines.joined(separator: "\n"), output: nil, isInBlock: true))
            lines = []
        }
        return commands
    }

    /// The commands of a block of language `console`: each after a prompt, and followed by its output.
    static func inSession(_ block: DocumentPage.Block, page: String) -> [Self] {
        var commands: [Self] = []
        var typed: [String] = []
        var shown: [String] = []
        var line = 0
        func endCommand() {
            guard !typed.isEmpty else { return }
            commands.append(
                Self(
                    page: page, heading: block.heading, line: line, text: typed.joined(separator: "\n"),
                    output: shown.joined(separator: "\n"), isInBlock: true))
        }
        for (index, text) in block.lines.enumerated() {
            if text.hasPrefix("$ ") {
                endCommand()
                (typed, shown, line) = ([String(text.dropFirst(2))], [], block.line + index)
            } else if typed.last?.hasSuffix("\\") == true, shown.isEmpty {
                typed.append(text.hasPrefix("> ") ? String(text.dropFirst(2)) : text)
            } else {
                shown.append(text)
            }
        }
        endCommand()
        return commands
    }
}
