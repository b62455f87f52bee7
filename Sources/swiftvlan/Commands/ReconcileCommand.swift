import ArgumentParser
import ControlAPI

/// `swiftvlan reconcile`: has the daemon compare the host with its records and repair it now.
struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Repair the host's links and routes now.",
        discussion: """
            Has the daemon compare the host with its records, and prints what was repaired. The daemon does the same by \
            itself after every change on the host, and once a minute. Needs root.

            Exit status: 0 if nothing is left to repair; 1 if the daemon could not be asked; 2 if the daemon must try \
            again, which it does by itself; 64 if an option is wrong.
            """
    )

    /// The exit status if repairs are left.
    static let unfinished = ExitCode(2)

    @OptionGroup
    var control: ControlOptions

    func run() throws {
        let document = try control.client(isForRoot: true).post(.reconcile, [String: String](), ReconcileDocument.self)
        try Terminal.write(Self.lines(document).map { $0 + "\n" }.joined())
        if document.isUnfinished { throw Self.unfinished }
    }

    /// The result in words: a sentence, then the daemon's notices.
    static func lines(_ document: ReconcileDocument) -> [String] {
        // An attempt is also counted as the link that it creates, if it succeeds.
        let repairs = document.repairs.filter { $0.key != "attempts to create them" }
        let figures = repairs.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        var first = figures.isEmpty ? "Nothing was repaired" : "Repaired: \(figures.joined(separator: ", "))"
        first += document.isUnfinished ? "; some repairs are left, and the daemon will try again soon." : "."
        return [first] + document.notices.map { LogLine(of: $0).text }
    }
}
