import ArgumentParser

/// The program. Its one command is the daemon that systemd starts.
@main
struct Swiftvlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftvlan",
        abstract: "Docker network plugin that connects containers to your LAN: macvlan, ipvlan and VLANs.",
        version: "0.1.0",
        subcommands: [DaemonCommand.self]
    )
}
