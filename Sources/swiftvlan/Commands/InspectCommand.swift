import ArgumentParser
import ControlAPI

/// `swiftvlan inspect`: everything about one network, endpoint or link.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show everything about a network, an endpoint or a link.",
        discussion: """
            The argument is Docker's name of a network or container, the name of a link, or any prefix of an identifier \
            that means only one.

            With --json, it prints the part of the state that `swiftvlan status --json` prints which is about it.

            Exit codes: 0 if it was found; 1 if not, if several match, or if the state cannot be read; 64 for a wrong \
            option.
            """)

    @Argument(help: "A name, or the start of an identifier.")
    var name: String

    @Flag(help: "Print it as JSON; docs/api.md describes it.")
    var json = false

    @OptionGroup var control: ControlOptions

    func run() throws {
        let document = try StatusLoader(control).load()
        let target = try InspectTarget.find(name, in: document)
        guard !json else { return try printJSON(target.part(of: document)) }
        let lines = InspectText(document, usesColor: Terminal.usesColor).lines(about: target)
        try Terminal.write(lines.joined(separator: "\n") + "\n")
    }
}
