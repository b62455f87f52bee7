import ArgumentParser
import ControlAPI
import Glibc
import Topology

/// Shows which containers are on which networks, VLANs and NICs.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Draw the NICs, VLANs, networks and containers as a tree or a picture.",
        discussion: """
            Prints a tree by default. Long lists are cut short, with a count of what is left out, unless you use --all.

            A file is replaced in one step, so a web server never serves half of one. Use - for standard output.

            Shows Docker's names if you may use Docker, and short identifiers otherwise. If the daemon is not running, \
            shows what its records and the kernel say; that needs root.

            Exit status: 0 if the topology was shown; 1 if it cannot be read or written; 64 if an option is wrong.
            """)

    @Option(help: ArgumentHelp("Write an SVG picture.", valueName: "file"), completion: .file(extensions: ["svg"]))
    var svg: String?

    @Option(
        help: ArgumentHelp("Write a self-contained HTML page with the picture and a table.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    @Flag(help: "Print a Mermaid flowchart, for GitHub and wikis.")
    var mermaid = false

    @Flag(help: "Show every network and container.")
    var all = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard [svg != nil, html != nil, mermaid].count(where: \.self) <= 1 else {
            throw ValidationError("Use only one of --svg, --html and --mermaid.")
        }
    }

    func run() throws {
        let status = try StatusLoader(control).load()
        let tree = TopologyTree(status, limits: all ? nil : .standard)
        if let svg {
            try write(SVGTopology.text(tree), to: svg)
        } else if let html {
            try write(HTMLTopology.text(tree, status, Self.caption), to: html)
        } else if mermaid {
            try Terminal.write(MermaidTopology.text(tree))
        } else {
            try Terminal.write(text(of: tree))
        }
    }

    private func write(_ text: String, to path: String) throws {
        if path == "-" { try Terminal.write(text) } else { try ReplacedFile.write(text, to: path) }
    }

    private static var caption: TopologyCaption {
        var name = utsname()
        // Fails only for an invalid pointer (uname(2)).
        uname(&name)
        let host = withUnsafeBytes(of: name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return TopologyCaption(host: host, time: time(nil))
    }

    private func text(of tree: TopologyTree) -> String {
        guard !tree.roots.isEmpty else { return "There are no networks.\n" }
        let usesColor = Terminal.usesColor
        let topology = TerminalTopology(tree, isASCII: !Self.isUTF8) { text, part in
            Terminal.styled(part == .branch ? text : Terminal.escaped(text), part.style, usesColor: usesColor)
        }
        let note = tree.isShortened ? ["", "Use --all to show everything."] : []
        return (topology.lines + note).joined(separator: "\n") + "\n"
    }

    /// Whether the locale's encoding is UTF-8, by the variables of locale(7) in their order.
    private static var isUTF8: Bool {
        let values = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(Terminal.environment)
        let name = (values.first { !$0.isEmpty } ?? "").lowercased()
        return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
    }
}

extension TerminalTopology.Part {
    fileprivate var style: Terminal.Style? {
        switch self {
        case .branch, .details: .dim
        case .title(let condition): condition == .ok ? .bold : Self.color(of: condition)
        case .remark(let condition): Self.color(of: condition)
        }
    }

    private static func color(of condition: TopologyTree.Node.Condition) -> Terminal.Style {
        switch condition {
        case .ok: .dim
        case .attention: .yellow
        case .failed: .red
        }
    }
}
