/// Writes a topology as a Mermaid flowchart, which GitHub and many wikis draw.
package struct MermaidTopology {
    private var lines = ["flowchart LR"]
    private var number = 0
    /// The identifiers of nodes by class.
    private var classes: [String: [String]] = [:]

    /// Returns the flowchart as text that ends with a line break.
    package static func text(_ tree: TopologyTree) -> String {
        var chart = MermaidTopology()
        for root in tree.roots { chart.add(root, below: nil) }
        chart.addClasses()
        return chart.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ node: TopologyTree.Node, below parent: String?) {
        let id = addBox([node.title] + node.details + (node.remark.map { [$0] } ?? []), node)
        if let parent { lines.append("    \(parent) --- \(id)") }
        if node.kind == .network, !node.children.isEmpty {
            // One box for all containers of a network keeps the chart readable.
            let rows = node.children.map { child in
                ([child.title] + child.details + (child.remark.map { [$0] } ?? [])).joined(separator: " ")
            }
            let box = TopologyTree.Node(.container, title: "", condition: node.children.map(\.condition).max() ?? .ok)
            lines.append("    \(id) --- \(addBox(rows, box))")
        } else {
            for child in node.children { add(child, below: id) }
        }
    }

    private mutating func addBox(_ rows: [String], _ node: TopologyTree.Node) -> String {
        let id = "n\(number)"
        number += 1
        let label = rows.map(Self.escaped).joined(separator: "<br>")
        let (left, right) = node.kind == .container ? ("(\"", "\")") : ("[\"", "\"]")
        lines.append("    \(id)\(left)\(label)\(right)")
        switch node.condition {
        case .ok: break
        case .attention: classes["attention", default: []].append(id)
        case .failed: classes["failed", default: []].append(id)
        }
        return id
    }

    private mutating func addClasses() {
        for (name, style) in [
            ("attention", "stroke:#b45309,stroke-width:2px,stroke-dasharray:5 3"),
            ("failed", "stroke:#b91c1c,stroke-width:2px,stroke-dasharray:5 3"),
        ] {
            guard let nodes = classes[name] else { continue }
            lines.append("    classDef \(name) \(style)")
            lines.append("    class \(nodes.joined(separator: ",")) \(name)")
        }
    }

    /// Writes characters that might mean something to Mermaid, to Markdown or to HTML as entity codes
    /// (mermaid.js.org, "Entity codes to escape characters").
    ///
    /// A low line between letters or digits, as in `demo_lan`, means nothing in Markdown (CommonMark 0.31, 6.2).
    static func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { index in
            let isInWord =
                index > 0 && index + 1 < scalars.count && scalars[index] == "_"
                && isLetterOrDigit(scalars[index - 1]) && isLetterOrDigit(scalars[index + 1])
            return isInWord ? "_" : escaped(scalars[index])
        }.joined()
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ", ".", ",", ":", "/", "-", "(", ")": String(scalar)
        default: isLetterOrDigit(scalar) ? String(scalar) : "#\(scalar.value);"
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }
}
