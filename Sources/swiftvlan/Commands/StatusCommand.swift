import ArgumentParser
import ControlAPI
import Glibc

/// `swiftvlan status`: all networks and the links below them.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the networks, the links below them, and whether they work.",
        discussion: """
            Groups the networks by the NIC or bond below them. With more than \(StatusText.limit) networks, lists only \
            those with a problem, unless you use --all.

            Shows Docker's names if you may use Docker, and short identifiers otherwise. If the daemon is not running, \
            shows what its records and the kernel say; that needs root.

            Exit status: 0 if the state was shown, whatever it is; 1 if it cannot be read; 64 if an option is wrong.
            """)

    @Flag(help: "Print the state as JSON, as described in docs/api.md.")
    var json = false

    @Flag(help: "Show the state again whenever it changes, until Ctrl-C.")
    var watch = false

    @Flag(help: "Show every network, through a pager on a terminal.")
    var all = false

    @OptionGroup var control: ControlOptions

    func run() throws {
        let loader = try StatusLoader(control)
        let document = try loader.load()
        guard watch else { return try show(document) }
        guard document.daemon != nil else {
            throw ControlError(description: "--watch needs a running daemon: systemctl start swiftvlan")
        }
        Terminal.unblockSignals()
        try follow(document, loader)
    }

    private func show(_ document: StatusDocument) throws {
        if json { return try printJSON(document) }
        let text = lines(document).joined(separator: "\n") + "\n"
        if all { try Pager.show(text) } else { try Terminal.write(text) }
    }

    private func lines(_ document: StatusDocument) -> [String] {
        StatusText(document, usesColor: Terminal.usesColor).lines(isFull: all)
    }

    /// Prints each change. On a terminal, the new state takes the place of the old one.
    private func follow(_ first: StatusDocument, _ loader: StatusLoader) throws {
        var document = first
        while true {
            if json {
                try printJSON(document)
            } else {
                // Clears the screen and its history, and goes to the top (ECMA-48, ED and CUP).
                let start = Terminal.isOutput ? "\u{1B}[H\u{1B}[2J" : ""
                let end = Terminal.isOutput ? "" : "\n"
                try Terminal.write(start + lines(document).joined(separator: "\n") + "\n" + end)
            }
            guard Terminal.isRead else { return }
            document = loader.nextChange(after: document)
        }
    }
}

/// Prints a document as one line of JSON.
func printJSON(_ document: some Encodable) throws {
    try Terminal.write(String(decoding: ControlJSON.bytes(of: document), as: UTF8.self) + "\n")
}
