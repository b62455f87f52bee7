import FoundationEssentials
import Glibc
import TestSupport

/// A measured value, printed as one line of the table.
struct Figure: Codable {
    enum Unit: String, Codable {
        /// A ratio to the reference that the note names.
        case ratio = ""
        case microseconds = "µs"
        case milliseconds = "ms"
        case megabytes = "MB"
        case requests
    }

    /// The key for comparing two programs.
    let name: String
    /// The title in the table.
    let title: String
    let value: Double
    let unit: Unit
    /// The upper limit for the value; nil for a figure that only explains others.
    let goal: Double?
    /// The measurements behind the value.
    let note: String
    /// The counted items, one per line.
    let details: [String]

    init(
        _ name: String, _ title: String, _ value: Double, _ unit: Unit, goal: Double? = nil, note: String,
        details: [String] = []
    ) {
        self.name = name
        self.title = title
        self.value = value
        self.unit = unit
        self.goal = goal
        self.note = note
        self.details = details
    }

    var isMissed: Bool { goal.map { value > $0 } ?? false }

    /// Prints the figure for `Bench report`.
    func emit() throws {
        print(String(decoding: try JSONEncoder().encode(self), as: UTF8.self))
        fflush(nil)
    }
}

/// Reports progress on stderr, because stdout carries the figures.
func progress(_ message: String) {
    let line = Array("\(message)\n".utf8)
    write(STDERR_FILENO, line, line.count)
}
