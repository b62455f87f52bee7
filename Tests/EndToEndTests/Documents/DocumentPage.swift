import Foundation

/// A page of the documentation, with the code that it shows.
struct DocumentPage: Sendable {
    /// A fenced block, or an indented one, which has no language.
    struct Block: Equatable, Sendable {
        let language: String
        let heading: String
        /// The number of its first line of code.
        let line: Int
        let lines: [String]

        var text: String { lines.joined(separator: "\n") + "\n" }
    }

    let path: String
    let blocks: [Block]
    let spans: [CodeSpan]

    /// A code span of the running text or of a table, on one line.
    struct CodeSpan: Equatable, Sendable {
        let text: String
        let heading: String
        let line: Int
    }

    init(path: String, markdown: String) {
        var reader = MarkdownReader()
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) { reader.read(line) }
        reader.endParagraph()
        self.path = path
        self.blocks = reader.blocks
        self.spans = reader.spans
    }

    /// A page of this checkout.
    init(path: String) throws { self.init(path: path, markdown: try checkoutFile(path)) }

    /// README.md and every page in docs/.
    static func all() throws -> [DocumentPage] {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: checkout.appending(path: "docs").path())
        let pages = names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
        return try (["README.md"] + pages).map(DocumentPage.init(path:))
    }

    /// Everything on the page that its reader may type, from top to bottom.
    var commands: [DocumentedCommand] {
        let shown = blocks.flatMap { block in
            switch block.language {
            case "sh": DocumentedCommand.inScript(block, page: path)
            case "console": DocumentedCommand.inSession(block, page: path)
            default: [DocumentedCommand]()
            }
        }
        let named = spans.compactMap { DocumentedCommand(span: $0, page: path) }
        return (shown + named).sorted { $0.line < $1.line }
    }

    /// The only block that contains a text.
    func block(containing text: String) -> Block? {
        let found = blocks.filter { $0.text.contains(text) }
        return found.count == 1 ? found[0] : nil
    }
}

/// Reads Markdown line by line, as far as the documents use it.
private struct MarkdownReader {
    private(set) var blocks: [DocumentPage.Block] = []
    private(set) var spans: [DocumentPage.CodeSpan] = []

    private var heading = ""
    private var number = 0
    private var fence: Fence?
    private var paragraph: [Substring] = []
    private var paragraphStart = 0
    private var followsBlankLine = true

    private struct Fence {
        let mark: String
        let indentation: Int
        let language: String
        let line: Int
        var lines: [String] = []
    }

    mutating func read(_ line: Substring) {
        number += 1
        let text = line.drop { $0 == " " }
        let indentation = line.count - text.count
        if fence != nil {
            readFenced(line, text)
        } else if text.hasPrefix("```") {
            endParagraph()
            let mark = text.prefix { $0 == "`" }
            let language = text.dropFirst(mark.count).split(separator: " ").first ?? ""
            fence = Fence(mark: String(mark), indentation: indentation, language: String(language), line: number + 1)
        } else if followsBlankLine, indentation >= 4, !text.isEmpty {
            fence = Fence(mark: "", indentation: indentation, language: "", line: number, lines: [String(text)])
        } else if text.hasPrefix("#") {
            endParagraph()
            heading = text.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
        } else if text.isEmpty {
            endParagraph()
        } else {
            // Each row of a table stands alone.
            if text.hasPrefix("|") { endParagraph() }
            if paragraph.isEmpty { paragraphStart = number }
            paragraph.append(text)
        }
        followsBlankLine = text.isEmpty
    }

    private mutating func readFenced(_ line: Substring, _ text: Substring) {
        guard var fence else { return }
        let ends = fence.mark.isEmpty ? text.isEmpty : text == fence.mark
        if !ends {
            let content =
                line.prefix(fence.indentation).allSatisfy { $0 == " " } ? line.dropFirst(fence.indentation) : text
            fence.lines.append(String(content))
            self.fence = fence
            return
        }
        blocks.append(.init(language: fence.language, heading: heading, line: fence.line, lines: fence.lines))
        self.fence = nil
    }

    /// Collects the code spans of the paragraph that has ended.
    mutating func endParagraph() {
        let text = paragraph.joined(separator: "\n")
        var line = paragraphStart
        paragraph = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "`") {
            let mark = rest[start...].prefix { $0 == "`" }
            line += rest[..<start].count { $0 == "\n" }
            rest = rest[mark.endIndex...]
            guard let end = Self.range(of: mark, in: rest) else { continue }
            let code = rest[..<end.lowerBound]
            let joined = code.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            spans.append(.init(text: joined.replacing("\\|", with: "|"), heading: heading, line: line))
            line += code.count { $0 == "\n" }
            rest = rest[end.upperBound...]
        }
    }

    /// Finds backticks as many as those that opened a span.
    private static func range(of mark: Substring, in text: Substring) -> Range<Substring.Index>? {
        var rest = text
        while let start = rest.firstIndex(of: "`") {
            let run = rest[start...].prefix { $0 == "`" }
            if run.count == mark.count { return run.startIndex..<run.endIndex }
            rest = rest[run.endIndex...]
        }
        return nil
    }
}
