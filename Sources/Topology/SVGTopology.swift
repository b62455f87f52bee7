/// Draws a topology as SVG, from left to right: host, VLAN, network, containers.
package struct SVGTopology {
    private let tree: TopologyTree
    private let layout: SVGLayout
    private var text = ""

    /// Returns the picture, without an XML declaration, so that it can also stand in HTML.
    package static func text(_ tree: TopologyTree) -> String {
        var picture = SVGTopology(tree)
        picture.draw()
        return picture.text
    }

    private init(_ tree: TopologyTree) {
        self.tree = tree
        layout = SVGLayout(tree)
    }

    private mutating func draw() {
        let (width, height) = (Self.number(layout.width), Self.number(layout.height))
        let summary = MarkupText.escaped(tree.summary)
        text = """
            <svg xmlns="http://www.w3.org/2000/svg" class="topology" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="topology-title topology-summary">
            <title id="topology-title">Topology of swiftvlan's networks</title>
            <desc id="topology-summary">\(summary)</desc>
            <style>
            \(SVGStyle.text)</style>
            <rect class="canvas" width="\(width)" height="\(height)"/>

            """
        if layout.boxes.isEmpty {
            add(text: "There are no networks.", x: SVGLayout.margin, y: SVGLayout.margin + SVGLayout.titleHeight)
        } else {
            for column in layout.columns {
                add(text: column.title, x: column.x, y: SVGLayout.margin + SVGLayout.titleSize, class: "head")
            }
        }
        for edge in layout.edges { draw(edge) }
        for box in layout.boxes { draw(box) }
        text += "</svg>\n"
    }

    /// Draws a line that leaves its box horizontally and turns half way.
    private mutating func draw(_ edge: SVGLayout.Edge) {
        let (from, to) = (layout.boxes[edge.from], layout.boxes[edge.to])
        let start = layout.columns[from.column].x + layout.columns[from.column].width
        let end = layout.columns[to.column].x
        let (y1, y2) = (from.y + SVGLayout.anchor, to.y + SVGLayout.anchor)
        let middle = start + 22
        let condition = to.rows.isEmpty ? to.node.condition : .ok
        let name = condition == .ok ? "edge" : "edge \(condition.className)"
        let path =
            y1 == y2
            ? "M\(Self.number(start)) \(Self.number(y1))H\(Self.number(end))"
            : """
            M\(Self.number(start)) \(Self.number(y1))H\(Self.number(middle - 6))\
            q6 0 6 6V\(Self.number(y2 - 6))q0 6 6 6H\(Self.number(end))
            """
        text += "<path class=\"\(name)\" d=\"\(path)\"/>\n"
    }

    private mutating func draw(_ box: SVGLayout.Box) {
        let column = layout.columns[box.column]
        let (x, y) = (Self.number(column.x), Self.number(box.y))
        text += "<g class=\"\(Self.className(of: box))\">\n"
        if box.rows.isEmpty { text += "<title>\(MarkupText.escaped(box.node.sentence))</title>\n" }
        text += """
            <rect class="box" x="\(x)" y="\(y)" width="\(Self.number(column.width))" \
            height="\(Self.number(box.height))" rx="6"/>

            """
        if box.rows.isEmpty {
            text += """
                <rect class="bar" x="\(x)" y="\(Self.number(box.y + 8))" width="3" \
                height="\(Self.number(box.height - 16))" rx="1.5"/>

                """
            drawLines(of: box, column)
        } else {
            for (number, row) in box.rows.enumerated() {
                let top = box.y + SVGLayout.padding / 2 + Double(number) * SVGLayout.rowHeight
                draw(row, x: column.x, y: top + 15, width: column.width)
            }
        }
        text += "</g>\n"
    }

    private mutating func drawLines(of box: SVGLayout.Box, _ column: SVGLayout.Column) {
        let x = column.x + SVGLayout.padding
        let limit = column.width - 2 * SVGLayout.padding
        var y = box.y + SVGLayout.padding + SVGLayout.titleSize - 1
        let title = TextWidth.cut(box.node.title, to: limit, size: SVGLayout.titleSize, isBold: true)
        add(text: title, x: x, y: y, class: box.node.kind.isMore ? "name" : "title")
        y += 2
        for line in box.node.details {
            y += SVGLayout.lineHeight
            add(text: TextWidth.cut(line, to: limit, size: SVGLayout.textSize), x: x, y: y)
        }
        for line in box.remark {
            y += SVGLayout.lineHeight
            add(text: line, x: x, y: y, class: box.node.condition.className)
        }
    }

    /// Draws a container, or how many are left out, as a row.
    private mutating func draw(_ row: TopologyTree.Node, x: Double, y: Double, width: Double) {
        text += "<g><title>\(MarkupText.escaped(row.sentence))</title>\n"
        let left = x + SVGLayout.padding
        let size = SVGLayout.textSize
        if row.kind == .moreContainers {
            let words = ([row.title] + (row.remark.map { [$0] } ?? [])).joined(separator: ", ")
            add(text: TextWidth.cut(words, to: width - 2 * SVGLayout.padding, size: size), x: left, y: y)
        } else {
            let nameLimit = layout.addressOffset - SVGLayout.padding - 8
            add(text: TextWidth.cut(row.title, to: nameLimit, size: size), x: left, y: y, class: "name")
            let words = (row.details + (row.remark.map { [$0] } ?? [])).joined(separator: ", ")
            let limit = width - layout.addressOffset - SVGLayout.padding
            let className = row.condition == .ok ? nil : row.condition.className
            add(
                text: TextWidth.cut(words, to: limit, size: size), x: x + layout.addressOffset, y: y, class: className)
        }
        text += "</g>\n"
    }

    private mutating func add(text words: String, x: Double, y: Double, class name: String? = nil) {
        let attribute = name.map { " class=\"\($0)\"" } ?? ""
        let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        text += "<text\(attribute) \(place)>\(MarkupText.escaped(words))</text>\n"
    }

    private static func className(of box: SVGLayout.Box) -> String {
        guard box.rows.isEmpty else { return "list" }
        let kind = box.node.kind.isMore ? "more" : box.node.kind.rawValue
        return box.node.condition == .ok ? kind : "\(kind) \(box.node.condition.className)"
    }

    /// Writes a number with at most one decimal, which is exact enough for a pixel.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

extension TopologyTree.Node {
    /// Everything about the node itself, for a tooltip.
    var sentence: String { ([title] + details + (remark.map { [$0] } ?? [])).joined(separator: ", ") }
}

extension TopologyTree.Node.Condition {
    var className: String {
        switch self {
        case .ok: "ok"
        case .attention: "attention"
        case .failed: "failed"
        }
    }
}
