import ArgumentParser

/// The program of `lab/chaos`: kills the daemon, breaks its links and disk, and compares the result.
@main
struct Chaos: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Chaos",
        abstract: "Inject faults into a debug build of swiftvlan; started by lab/chaos.",
        subcommands: [ScenariosCommand.self, SoakCommand.self],
        defaultSubcommand: ScenariosCommand.self
    )
}
