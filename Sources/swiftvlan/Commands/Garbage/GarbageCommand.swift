import ArgumentParser
import ControlAPI
import DockerAPI

/// `swiftvlan gc`: has the daemon forget the networks and endpoints that Docker has lost.
struct GarbageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove networks and endpoints that Docker no longer knows.",
        discussion: """
            Docker loses networks without a word to their driver if, for example, /var/lib/docker is deleted. Compares \
            what the daemon knows with the networks and containers of Docker Engine at $DOCKER_HOST, a Unix socket, and \
            has the daemon remove the rest with its links and routes. Endpoints whose links are in running containers \
            stay. Needs root, or with --dry-run only access to both sockets.

            Exit status: 0 if nothing is left that Docker does not know, or with --dry-run; 2 if something stays, with \
            the reason; 1 if Docker or the daemon could not be asked, and nothing was changed.
            """
    )

    /// The exit status if something stays.
    static let somethingStays = ExitCode(2)

    @Flag(help: "Only show what would be removed.")
    var dryRun = false

    @Flag(help: "Remove also if Docker knows none of the daemon's networks.")
    var all = false

    @OptionGroup
    var control: ControlOptions

    func run() throws {
        let client = try control.client()
        guard let docker = DockerClient.fromEnvironment() else {
            throw ControlError(description: "DOCKER_HOST names no Unix socket; set it to unix:///var/run/docker.sock")
        }
        // Before the status, and that before Docker is asked: what Docker changes in the meantime stays.
        let moment = SystemClock.sinceBoot
        guard let status = try client.get(.status, StatusDocument.self) else { return }
        let garbage: Garbage
        do throws(DockerError) {
            garbage = try Garbage(status, docker)
        } catch {
            throw ControlError(description: "\(Terminal.escaped("\(error)")); nothing was changed")
        }
        guard !garbage.isEmpty else {
            return try Terminal.write(
                "Docker knows all of swiftvlan's networks and endpoints; there is nothing to remove.\n")
        }
        guard !dryRun else { return try Self.write(garbage.lines("would remove")) }
        if garbage.isEverything, !all { throw wrongEngine(garbage) }
        try remove(garbage, asOf: moment, client)
    }

    private func remove(_ garbage: Garbage, asOf moment: Double, _ client: ControlClient) throws {
        let result = try client.post(.garbage, garbage.request(asOf: moment), GarbageDocument.self)
        let removed = Set(result.networks + result.endpoints)
        try Self.write(garbage.lines("removed", removed.contains) + result.refusals.map { LogLine(of: $0).text })
        if !result.refusals.isEmpty { throw Self.somethingStays }
        // The rest was already gone when the daemon got to it.
        if removed.isEmpty { try Terminal.write("Docker has removed it all in the meantime.\n") }
    }

    private static func write(_ lines: [String]) throws { try Terminal.write(lines.map { $0 + "\n" }.joined()) }

    /// With another engine's socket, every network would look lost.
    private func wrongEngine(_ garbage: Garbage) -> ControlError {
        let count = garbage.networks.count
        return ControlError(
            description:
                "Docker knows none of the daemon's \(count) network\(count == 1 ? "" : "s"), as another engine than "
                + "swiftvlan's would; check DOCKER_HOST, then run swiftvlan gc --all. Nothing was changed")
    }
}
