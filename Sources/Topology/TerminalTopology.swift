/// Writes a topology as a tree of lines for a terminal.
package struct TerminalTopology {
    /// What a piece of text is, for its color.
    package enum Part: Hashable, Sendable {
        case branch
        case title(TopologyTree.Node.Condition)
        case details
        case remark(TopologyTree.Node.Condition)
    }

    /// The characters of the branches.
    private struct Branches {
        let middle: String
        let last: String
        let through: String

        static let lines = Branches(middle: "├─ ", last: "└─ ", through: "│  ")
        static let ascii = Branches(middle: "|- ", last: "`- ", through: "|  ")
    }

    private let tree: TopologyTree
    private let branches: Branches
    private let decorate: (String, Part) -> String

    /// Creates a writer. The closure escapes and colors each piece of text.
    package init(
        _ tree: TopologyTree, isASCII: Bool = false, decorate: @escaping (String, Part) -> String = { text, _ in text }
    ) {
        self.tree = tree
        branches = isASCII ? .ascii : .lines
        self.decorate = decorate
    }

    package var lines: [String] {
        var lines: [String] = []
        for root in tree.roots { add(root, first: "", rest: "", to: &lines) }
        return lines
    }

    private func add(_ node: TopologyTree.Node, first: String, rest: String, to lines: inout [String]) {
        lines.append((first.isEmpty ? "" : decorate(first, .branch)) + text(of: node))
        for (position, child) in node.children.enumerated() {
            let isLast = position == node.children.count - 1
            add(
                child, first: rest + (isLast ? branches.last : branches.middle),
                rest: rest + (isLast ? "   " : branches.through), to: &lines)
        }
    }

    private func text(of node: TopologyTree.Node) -> String {
        var rest: [String] = []
        if !node.details.isEmpty { rest.append(decorate(node.details.joined(separator: ", "), .details)) }
        if let remark = node.remark { rest.append(decorate(remark, .remark(node.condition))) }
        let title = decorate(node.title, .title(node.condition))
        return rest.isEmpty ? title : "\(title)  \(rest.joined(separator: ", "))"
    }
}
