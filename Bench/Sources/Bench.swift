import ArgumentParser

/// What `lab/bench` runs: measures the program that is built, and compares.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Bench",
        abstract: "Measure swiftvlan against references in the same minute; started by lab/bench.",
        subcommands: [
            LinksCommand.self, RequestsCommand.self, EngineCommand.self, NetworksCommand.self, ReportCommand.self,
        ]
    )
}
