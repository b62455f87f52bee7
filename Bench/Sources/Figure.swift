import FoundationEssentials
import Glibc
import TestSupport

/// One line of the result.
struct Figure: Codable {
    enum Unit: String, Codable {
        /// To the reference that the note names.
        case ratio = ""
        case microseconds = "µs"
        case milliseconds = "ms"
        case megabytes = "MB"
        case requests
    }

    /// For comparing with another program.
    let name: String
    /// For reading.
    let title: String
    let value: Double
    let unit: Unit
    /// What the value should be at most; nil for one that only explains others.
    let goal: Double?
    /// What it was made of.
    let note: String
    /// What was counted, one by one.
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

    /// Hands the figure on to `Bench report`.
    func emit() throws {
        print(String(decoding: try JSONEncoder().encode(self), as: UTF8.self))
        fflush(nil)
    }
}

/// Says on the other output what is being done, so that nobody waits in the dark.
func progress(_ message: String) {
    let line = Array("\(message)\n".utf8)
    write(STDERR_FILENO, line, line.count)
}
