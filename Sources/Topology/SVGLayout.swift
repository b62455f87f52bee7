/// The places of a topology's boxes, in pixels: columns from left to right, each box beside its first child.
struct SVGLayout {
    /// A box for a link or network, or for the containers of a network.
    struct Box {
        let node: TopologyTree.Node
        /// The rows of a list of containers; empty for another box.
        let rows: [TopologyTree.Node]
        let column: Int
        let y: Double
        let height: Double
        /// The lines of the remark.
        let remark: [String]
    }

    /// A line from a box to another on its right.
    struct Edge {
        let from: Int
        let to: Int
    }

    struct Column {
        let title: String
        let x: Double
        let width: Double
    }

    static let margin = 20.0
    static let headerHeight = 26.0
    static let padding = 12.0
    static let titleSize = 13.0
    static let textSize = 12.0
    static let titleHeight = 18.0
    static let lineHeight = 16.0
    static let rowHeight = 22.0
    /// The distance from a box's top at which lines end.
    static let anchor = 20.0
    private static let gap = 10.0
    private static let rootGap = 24.0
    private static let columnGap = 48.0
    private static let widthLimit = 280.0
    private static let remarkLines = 3

    private(set) var boxes: [Box] = []
    private(set) var edges: [Edge] = []
    let columns: [Column]
    /// Where the second part of each row begins, from the left of its box.
    let addressOffset: Double
    private(set) var height = 0.0
    var width: Double { (columns.last.map { $0.x + $0.width } ?? 200) + Self.margin }

    private let networkColumn: Int
    private var containerColumn: Int { networkColumn + 1 }

    init(_ tree: TopologyTree) {
        networkColumn = (tree.roots.map(Self.linkDepth).max() ?? 0) + 1
        var widths = ColumnWidths(networkColumn: networkColumn, limit: Self.widthLimit)
        for root in tree.roots { widths.add(root, depth: 0) }
        addressOffset = widths.addressOffset
        var x = Self.margin
        var columns: [Column] = []
        for (number, width) in widths.all.enumerated() {
            columns.append(Column(title: Self.title(of: number, networkColumn: networkColumn), x: x, width: width))
            x += width + Self.columnGap
        }
        self.columns = columns
        var y = Self.margin + Self.headerHeight
        for root in tree.roots { y = place(root, column: 0, y: y, below: nil) + Self.rootGap }
        height = max(y - Self.rootGap, Self.margin + Self.headerHeight) + Self.margin
    }

    private static func title(of column: Int, networkColumn: Int) -> String {
        switch column {
        case networkColumn: "Network"
        case networkColumn + 1: "Containers"
        case 0: "NIC"
        default: column == 1 ? "VLAN" : "VLAN in VLAN"
        }
    }

    /// How many links are above each other over a root.
    private static func linkDepth(_ node: TopologyTree.Node) -> Int {
        node.children.filter { !$0.kind.isNetworkOrShim && !$0.kind.isContainer }
            .map { linkDepth($0) + 1 }.max() ?? 0
    }

    /// Places a node and everything on it; returns the bottom.
    private mutating func place(_ node: TopologyTree.Node, column: Int, y: Double, below parent: Int?) -> Double {
        let column = node.kind.isNetworkOrShim ? networkColumn : column
        let width = columns[column].width - 2 * Self.padding
        let remark =
            node.remark.map { TextWidth.wrapped($0, to: width, size: Self.textSize, count: Self.remarkLines) } ?? []
        let lines = Double(node.details.count + remark.count)
        let boxHeight = Self.titleHeight + lines * Self.lineHeight + 2 * (Self.padding - 1)
        let index = add(
            Box(node: node, rows: [], column: column, y: y, height: boxHeight, remark: remark), below: parent)
        var bottom = y
        let rows = node.children.filter(\.kind.isContainer)
        if !rows.isEmpty {
            let height = Double(rows.count) * Self.rowHeight + Self.padding
            _ = add(
                Box(node: node, rows: rows, column: containerColumn, y: y, height: height, remark: []), below: index)
            bottom = y + height + Self.gap
        }
        for child in node.children where !child.kind.isContainer {
            bottom = place(child, column: column + 1, y: bottom, below: index) + Self.gap
        }
        return max(bottom - Self.gap, y + boxHeight)
    }

    private mutating func add(_ box: Box, below parent: Int?) -> Int {
        boxes.append(box)
        if let parent { edges.append(Edge(from: parent, to: boxes.count - 1)) }
        return boxes.count - 1
    }
}

/// Measures how wide each column has to be.
private struct ColumnWidths {
    private let networkColumn: Int
    private let limit: Double
    private var widths: [Double]
    private var nameWidth = 0.0
    private var addressWidth = 0.0
    /// That of the widest row without columns, which counts containers.
    private var rowWidth = 0.0

    init(networkColumn: Int, limit: Double) {
        self.networkColumn = networkColumn
        self.limit = limit
        widths = Array(repeating: 96, count: networkColumn + 1)
    }

    var addressOffset: Double { SVGLayout.padding + min(nameWidth, limit * 0.75) + 14 }

    var all: [Double] {
        let needed = max(addressOffset + addressWidth, SVGLayout.padding + rowWidth)
        return widths + (nameWidth > 0 ? [needed + SVGLayout.padding] : [])
    }

    mutating func add(_ node: TopologyTree.Node, depth: Int) {
        guard !node.kind.isContainer else { return addRow(node) }
        let column = node.kind.isNetworkOrShim ? networkColumn : depth
        let title = TextWidth.of(node.title, size: SVGLayout.titleSize, isBold: true)
        let remark = node.remark.map { min(TextWidth.of($0, size: SVGLayout.textSize), 200) } ?? 0
        let details = node.details.map { TextWidth.of($0, size: SVGLayout.textSize) }.max() ?? 0
        let frame = 2 * SVGLayout.padding + 6
        var needed = min(max(title, remark, details) + frame, limit)
        // Subnets and addresses are useless when cut.
        if node.kind.isNetworkOrShim { needed = max(needed, details + frame) }
        widths[column] = max(widths[column], needed)
        for child in node.children { add(child, depth: depth + 1) }
    }

    /// Adds a container: its name and remark may be cut, its addresses not.
    private mutating func addRow(_ node: TopologyTree.Node) {
        let size = SVGLayout.textSize
        guard node.kind == .container else {
            nameWidth = max(nameWidth, 1)
            rowWidth = max(rowWidth, min(TextWidth.of(node.sentence, size: size), 2 * limit))
            return
        }
        nameWidth = max(nameWidth, TextWidth.of(node.title, size: size))
        let addresses = TextWidth.of(node.details.joined(separator: ", "), size: size)
        let remark = node.remark.map { min(TextWidth.of(", " + $0, size: size), limit) } ?? 0
        addressWidth = max(addressWidth, addresses + remark)
    }
}
