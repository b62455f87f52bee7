import ArgumentParser
import DaemonTestKit
import Glibc
import TestSupport

/// `Bench engine`: compares swiftvlan with Docker's own macvlan driver, on one engine and one parent.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Compare with Docker's own driver, inside lab/host.")

    private static let parent = "eth0"
    private static let container = "bench"
    /// Docker's own driver is first: the figures are ratios to it.
    private static let networks = [
        (name: "docker", driver: "macvlan", subnet: "10.65.0.0/16"),
        (name: "ours", driver: "swiftvlan", subnet: "10.66.0.0/16"),
    ]

    @Option(help: "The directory for logs.")
    var directory: String

    @Option(help: "The engine's socket.")
    var socket: String

    func run() throws {
        for network in Self.networks {
            try run(
                [
                    "docker", "network", "create", "-d", network.driver, "--subnet", network.subnet, "-o",
                    "parent=\(Self.parent)", network.name,
                ])
        }
        let first = Self.networks[0].name
        try run(
            ["docker", "run", "-d", "--name", Self.container, "--network", first, "bb:1", "sleep", "600"])
        try run(["docker", "network", "disconnect", first, Self.container])

        let connection = try HTTPClient(path: socket)
        try compare(
            "engine.connect", "connect and disconnect, relative to Docker's macvlan", rounds: 60, goal: 0.9,
            note: "the engine's API"
        ) { network in
            for call in ["connect", "disconnect"] {
                let body = #"{"Container":"\#(Self.container)"}"#
                let request = post(
                    "/networks/\(network)/\(call)", body, fields: ["Content-Type: application/json"])
                try connection.succeed(Array(request.utf8))
            }
        }
        try compare(
            "engine.connectCommand", "  the same with the docker command", rounds: 20, note: "two commands"
        ) { network in
            for call in ["connect", "disconnect"] {
                try run(["docker", "network", call, network, Self.container])
            }
        }
        try compare("engine.run", "docker run --rm, relative to Docker's macvlan", rounds: 20, note: "bb:1 true") {
            network in
            try run(["docker", "run", "--rm", "--network", network, "bb:1", "true"])
        }
    }

    private func run(_ command: [String]) throws {
        try ChildProcess.run(command, output: "\(directory)/output")
    }

    private func compare(
        _ name: String, _ title: String, rounds: Int, goal: Double? = nil, note: String,
        _ step: (_ network: String) throws -> Void
    ) throws {
        progress("\(title): \(rounds) rounds")
        var times: [[Double]] = [[], []]
        let clock = ContinuousClock()
        for round in -2..<rounds {
            // The order alternates, because each driver leaves the engine work to do after its answer.
            let order = round.isMultiple(of: 2) ? [0, 1] : [1, 0]
            for number in order {
                let network = Self.networks[number]
                let time = try clock.measure { try step(network.name) }.milliseconds
                // The first two rounds only warm up.
                if round >= 0 { times[number].append(time) }
                // The work that a driver does after its answer must not slow down the other driver.
                guard try eventually(within: 30, { try DaemonProcess.linkCount == 0 }) else {
                    throw ProcessError("The daemon does not delete its links.")
                }
                usleep(50_000)
            }
        }
        let ratios = zip(times[0], times[1]).map { $1 / $0 }
        try Figure(
            name, title, median(ratios), .ratio, goal: goal,
            note: "\(median(times[1]).text) ms, Docker \(median(times[0]).text) ms; \(note)"
        ).emit()
    }
}
