import ArgumentParser

/// The program that `lab/bench` runs. It measures the built daemon and compares it with references.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Bench",
        abstract: "Measure swiftvlan against references. Started by lab/bench.",
        subcommands: [
            LinksCommand.self, RequestsCommand.self, AccessCommand.self, EngineCommand.self, NetworksCommand.self,
            StatusCommand.self, RoutesCommand.self, ReportCommand.self,
        ]
    )
}
