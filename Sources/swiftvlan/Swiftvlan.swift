import ArgumentParser
import DockerAPI
import Migration

/// The program: the daemon, the commands for operators, and a command that systemd runs if the daemon does not start.
@main
struct Swiftvlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftvlan",
        abstract: "Docker network plugin that connects containers to your LAN: macvlan, ipvlan and VLANs.",
        discussion: """
            See the state:          status, inspect, topology, events
            Find and fix problems:  doctor, reconcile, gc
            Move networks here:     migrate
            Serve Docker Engine:    daemon, which systemd runs

            Manuals: swiftvlan(8) for the commands, swiftvlan-networks(7) for the options of networks, and \
            swiftvlan.toml(5) for the settings.
            """,
        version: "0.1.0",
        subcommands: [
            DaemonCommand.self,
            StatusCommand.self,
            InspectCommand.self,
            TopologyCommand.self,
            DoctorCommand.self,
            EventsCommand.self,
            ReconcileCommand.self,
            GarbageCommand.self,
            MigrateCommand.self,
            RefuseCommand.self,
        ]
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
            exit(withError: printable(error))
        }
    }

    /// Returns an error without characters that a terminal obeys: what others answer is in it.
    private static func printable(_ error: any Error) -> any Error {
        switch error {
        case is DockerError, is MigrationRefusal: ControlError(description: Terminal.escaped("\(error)"))
        default: error
        }
    }

    /// Refuses calls in this process with the error as the reason; returns if the program must exit instead.
    private static func refuseCallsIfNecessary(because error: any Error, after handover: Handover?) {
        // ArgumentParser also throws requested text, such as that of --help, as an error with exit code 0.
        guard exitCode(for: error) != .success, CallSocket.mustBeAnswered else { return }
        // Refusing calls failed too: systemd handles that.
        if case .refuse = handover { return }
        let reason = RefusalReason(error).description
        _ = Handover.refuse(reason: reason, isNew: reason != handover?.reason).execute()
    }
}
