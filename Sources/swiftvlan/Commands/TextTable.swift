/// Text in columns. A cell with several lines makes its row as high; nothing is cut.
struct TextTable {
    /// A place in the table.
    struct Cell {
        /// Escaped text, one or more lines.
        let lines: [String]
        let style: Terminal.Style?

        init(_ lines: [String], _ style: Terminal.Style? = nil) {
            self.lines = lines.map(Terminal.escaped)
            self.style = style
        }

        init(_ text: String, _ style: Terminal.Style? = nil) { self.init([text], style) }

        var width: Int { lines.map(Terminal.width).max() ?? 0 }
    }

    /// The spaces between two columns.
    private static let gap = "  "

    private(set) var widths: [Int] = []
    var rows: [[Cell]] = [] {
        didSet { for row in rows.suffix(max(rows.count - oldValue.count, 0)) { widen(for: row) } }
    }

    /// Creates a table; `header` becomes its first row.
    init(header: [String] = []) {
        guard !header.isEmpty else { return }
        rows = [header.map { Cell($0, .dim) }]
        widen(for: rows[0])
    }

    /// Makes the columns at least as wide as those of another table, so that both have the same columns.
    mutating func align(with other: TextTable) { widen(other.widths) }

    private mutating func widen(for row: [Cell]) { widen(row.map(\.width)) }

    private mutating func widen(_ other: [Int]) {
        for (column, width) in other.enumerated() {
            if column < widths.count { widths[column] = max(widths[column], width) } else { widths.append(width) }
        }
    }

    /// Returns the lines of a row.
    func lines(of row: [Cell], usesColor: Bool) -> [String] {
        let height = row.map(\.lines.count).max() ?? 0
        return (0..<height).map { number in
            var line = ""
            var pending = ""
            for (column, cell) in row.enumerated() {
                let text = number < cell.lines.count ? cell.lines[number] : ""
                if !text.isEmpty {
                    line += pending + Terminal.styled(text, cell.style, usesColor: usesColor)
                    pending = ""
                }
                let rest = (column < widths.count ? widths[column] : 0) - Terminal.width(of: text)
                pending += String(repeating: " ", count: max(rest, 0)) + Self.gap
            }
            return line
        }
    }

    /// Returns all lines.
    func lines(usesColor: Bool) -> [String] { rows.flatMap { lines(of: $0, usesColor: usesColor) } }
}
