import ArgumentParser
import ControlAPI

/// `swiftvlan inspect`: everything about one network, endpoint or link.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show everything about a network, an endpoint or a link.",
        discussion: """
            The argument is the name of a network or container in Docker, the name of a link, or the start of an \
            identifier.

            Exit status: 0 if exactly one matches; 1 if none or several match, or the state cannot be read; 64 if an \
            option is wrong.
            """)

    @Argument(help: "Name, or the start of an identifier.")
    var name: String

    @Flag(help: "Print it as JSON, in the form of `swiftvlan status --json`.")
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
