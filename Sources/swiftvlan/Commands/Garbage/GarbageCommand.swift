import ArgumentParser
import ControlAPI
import DockerAPI

/// `swiftvlan gc`: has the daemon forget the networks and endpoints that Docker has lost.
struct GarbageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove networks and endpoints that Docker no longer knows.",
        discussion: """
            Docker can lose networks without calling their driver, for example if /var/lib/docker is deleted. Asks \
            Docker which networks and containers it has, and has the daemon remove all others, with their links and \
            routes. An endpoint stays if its link is in a running container. Needs root; --dry-run needs only access to \
            both sockets.

            Exit status: 0 if nothing is left to remove, or after --dry-run; 1 if Docker or the daemon could not be \
            asked, and nothing was changed; 2 if something stays, for the reason shown; 64 if an option is wrong.
            """
    )

    /// The exit status if something stays.
    static let somethingStays = ExitCode(2)

    @Flag(help: "Only show what would be removed.")
    var dryRun = false

    @Flag(help: "Remove them even if Docker knows none of the daemon's networks.")
    var all = false

    @OptionGroup
    var control: ControlOptions

    func run() throws {
        let client = try control.client(isForRoot: !dryRun)
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
                "Docker knows all networks and endpoints of swiftvlan; there is nothing to remove.\n")
        }
        guard !dryRun else { return try Self.write(garbage.lines("would remove")) }
        if garbage.isEverything, !all { throw wrongEngine(garbage) }
        try remove(garbage, asOf: moment, client)
    }

    private func remove(_ garbage: Garbage, asOf moment: Double, _ client: ControlClient) throws {
        var result = GarbageDocument()
        // In parts, so that each is answered within the client's time limit, and fits into the daemon's limit of a body.
        for part in garbage.request(asOf: moment).parts(of: 256) {
            let answer = try client.post(.garbage, part, GarbageDocument.self)
            let removed = Set(answer.networks + answer.endpoints)
            try Self.write(garbage.lines("removed", removed.contains))
            result.add(answer)
        }
        try Self.write(result.refusals.map { LogLine(of: $0).text })
        if !result.refusals.isEmpty { throw Self.somethingStays }
        // The rest was already gone when the daemon got to it.
        if result.networks.isEmpty, result.endpoints.isEmpty {
            try Terminal.write("Docker has removed everything in the meantime.\n")
        }
    }

    private static func write(_ lines: [String]) throws { try Terminal.write(lines.map { $0 + "\n" }.joined()) }

    /// With another engine's socket, every network would look lost.
    private func wrongEngine(_ garbage: Garbage) -> ControlError {
        let count = garbage.networks.count
        return ControlError(
            description:
                "Docker knows none of the daemon's \(count) network\(count == 1 ? "" : "s"), so DOCKER_HOST may "
                + "name the wrong engine; check it, then run swiftvlan gc --all. Nothing was changed")
    }
}
