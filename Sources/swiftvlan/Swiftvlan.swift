import ArgumentParser

/// The program. Its commands are the daemon that systemd starts, and what systemd starts where that does not.
@main
struct Swiftvlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftvlan",
        abstract: "Docker network plugin that connects containers to your LAN: macvlan, ipvlan and VLANs.",
        version: "0.1.0",
        subcommands: [DaemonCommand.self, RefuseCommand.self]
    )

    static func main() {
        let handover = Handover.current
        do {
            if case .refuse(let reason, let isNew) = handover {
                try RefusingDaemon(reason: reason, isNew: isNew).run()
            } else {
                var command = try parseAsRoot()
                try command.run()
            }
        } catch {
            refuseCallsIfNecessary(because: error, after: handover)
            exit(withError: error)
        }
    }

    /// Returns where the program has to end instead.
    private static func refuseCallsIfNecessary(because error: any Error, after handover: Handover?) {
        // The text that was asked for, such as that of --help, is an error without failure.
        guard exitCode(for: error) != .success, CallSocket.mustBeAnswered else { return }
        // Calls could not be refused either: systemd sees to the rest.
        if case .refuse = handover { return }
        let reason = RefusalReason(error).description
        _ = Handover.refuse(reason: reason, isNew: reason != handover?.reason).execute()
    }
}
