import ArgumentParser

/// What `lab/chaos` runs: kills the daemon, takes its links and its disk away, and compares what is left.
@main
struct Chaos: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Chaos",
        abstract: "Make life hard for a debug build of swiftvlan; started by lab/chaos.",
        subcommands: [ScenariosCommand.self, SoakCommand.self],
        defaultSubcommand: ScenariosCommand.self
    )
}
