import ArgumentParser

/// The program: the daemon that systemd starts, and later the operator's commands.
@main
struct Swiftvlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftvlan",
        abstract: "Docker networks on the host's own LANs: macvlan, ipvlan and VLANs.",
        version: "0.1.0",
        subcommands: [DaemonCommand.self]
    )
}
