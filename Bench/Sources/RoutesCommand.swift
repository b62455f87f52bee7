import ArgumentParser
import DaemonTestKit
import TestSupport

/// `Bench routes`: measures how times grow with the number of containers that have a route each on the host.
///
/// The containers' links are in one network namespace, whereas each of Docker's containers has its own.
struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Measure 4,000 endpoint routes on one host, inside lab/uml.")

    /// The numbers of endpoints at which times are measured.
    private static let sizes = [100, 1000, 4000]
    /// The number of endpoints, the most recent ones, over which each time is measured.
    private static let window = 50
    private static let repetitions = 10
    private static let referenceLinks = 10
    private static let referenceParent = "parent1"
    private static let foreignRoutes = 100_000
    /// The measured network, and the first of those that are created beside it.
    private static let (network, others) = (0, 1)

    @OptionGroup var fixture: BenchFixture

    /// The times of one kind of call, in milliseconds.
    private typealias Times = [String: [Double]]

    func run() throws {
        // The parent is ipvlan's, which the reference's macvlan links cannot share.
        try fixture.run(["ip", "link", "add", Self.referenceParent, "type", "dummy"])
        try fixture.run(["ip", "link", "set", Self.referenceParent, "up"])
        let daemon = try fixture.makeDaemon()
        try daemon.startAnswering()
        let containers = try ChildProcess(["unshare", "--net", "sleep", "3600"], output: fixture.file("containers"))
        try daemon.connect().succeed(
            Calls.createNetwork(
                Self.network, parent: fixture.parent, mode: "l3", subnet: "10.64.0.0/16", hostRoutes: "endpoints"))
        var count = 0
        for size in Self.sizes {
            progress("Measuring \(size) endpoints with a route each")
            // The daemon is restarted for each size.
            let connection = try daemon.connect()
            while count < size {
                _ = try start(count..<count + Self.window, connection, containers)
                count += Self.window
            }
            var times = try restart(size - Self.window..<size, connection, containers)
            try measureNetworks(connection, &times)
            try measureControl(daemon, &times)
            try emit(times, size, daemon)
        }
        try measureForeignRoutes(daemon)
        try daemon.stop()
    }

    // MARK: Measurements

    /// Ends and starts endpoints, and returns the times of their calls.
    private func restart(
        _ endpoints: Range<Int>, _ connection: HTTPClient, _ containers: ChildProcess
    ) throws -> Times {
        var times: Times = [:]
        for endpoint in endpoints {
            let requests = Self.life(endpoint)
            times["Leave", default: []].append(try time { try connection.succeed(requests[2]) })
            times["DeleteEndpoint", default: []].append(try time { try connection.succeed(requests[3]) })
        }
        // The engine would have moved them back.
        try batch(
            endpoints.map { "link delete dev \(Calls.linkName(of: $0))" },
            launcher: ["nsenter", "--target", "\(containers.id)", "--net"])
        return times.merging(try start(endpoints, connection, containers)) { $1 }
    }

    /// Starts containers and moves their links away, as the engine does.
    private func start(
        _ endpoints: Range<Int>, _ connection: HTTPClient, _ containers: ChildProcess
    ) throws -> Times {
        var times: Times = [:]
        for endpoint in endpoints {
            let requests = Self.life(endpoint)
            times["CreateEndpoint", default: []].append(try time { try connection.succeed(requests[0]) })
            times["Join", default: []].append(try time { try connection.succeed(requests[1]) })
        }
        try batch(endpoints.map { "link set dev \(Calls.linkName(of: $0)) netns \(containers.id)" })
        return times
    }

    /// Creates and deletes other networks on the same parent.
    private func measureNetworks(_ connection: HTTPClient, _ times: inout Times) throws {
        for number in Self.others..<Self.others + Self.repetitions {
            let creation = Calls.createNetwork(
                number, parent: fixture.parent, mode: "l3", subnet: "10.65.\(number).0/24", hostRoutes: "pools")
            times["CreateNetwork", default: []].append(try time { try connection.succeed(creation) })
            let deletion = Calls.deleteNetwork(number)
            times["DeleteNetwork", default: []].append(try time { try connection.succeed(deletion) })
        }
    }

    /// Measures the status, rounds of reconciliation, and a restart.
    private func measureControl(_ daemon: DaemonProcess, _ times: inout Times) throws {
        let control = try HTTPClient(path: "\(daemon.records.runtime)/control.sock")
        let status = Array("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        let reconcile = Array(post("/v1/reconcile", "{}").utf8)
        for _ in 0..<Self.repetitions {
            times["status", default: []].append(try time { try control.succeed(status) })
            times["reconcile", default: []].append(try time { try control.succeed(reconcile) })
        }
        try fixture.run(["ip", "route", "flush", "proto", "118"])
        times["reconcile, all routes lost"] = [try time { try control.succeed(reconcile) }]
        try daemon.stop()
        times["restart"] = [try time { try daemon.startAnswering() }]
        let restarted = try HTTPClient(path: "\(daemon.records.runtime)/control.sock")
        times["reconcile, after the restart"] = [try time { try restarted.succeed(reconcile) }]
    }

    /// Adds routes that are not the daemon's, as a routing daemon does with those of other hosts.
    private func measureForeignRoutes(_ daemon: DaemonProcess) throws {
        progress("Measuring \(Self.foreignRoutes) routes of another program")
        let lines = (0..<Self.foreignRoutes).map { number in
            "route add 11.\(number >> 16).\(number >> 8 & 0xff).\(number & 0xff) dev \(Self.referenceParent) proto bgp"
        }
        let before = try daemon.processorTime
        // Not at once: a process of User-mode Linux can have only as many mappings as vm.max_map_count allows.
        for start in stride(from: 0, to: lines.count, by: 5000) {
            try batch(Array(lines[start..<min(start + 5000, lines.count)]))
        }
        let time = (try daemon.processorTime - before).microseconds / Double(lines.count)
        try Figure(
            "routes.foreign", "daemon's processor time for each of \(lines.count) routes of another program", time,
            .microseconds, note: ""
        ).emit()
        var times: Times = [:]
        let connection = try daemon.connect()
        try measureNetworks(connection, &times)
        try measureControl(daemon, &times)
        try emit(times, "\(Self.sizes.last ?? 0) beside \(lines.count) routes", daemon)
    }

    // MARK: Figures

    private func emit(_ times: Times, _ size: some CustomStringConvertible, _ daemon: DaemonProcess) throws {
        let reference =
            try fixture.referenceLoop(Self.referenceLinks, on: Self.referenceParent) / Double(Self.referenceLinks)
        for (name, times) in times.sorted(by: { $0.key < $1.key }) {
            let time = median(times)
            try Figure(
                "routes.\(name).\(size)", "\(name), endpoints: \(size)", time / reference, .ratio,
                note: "\(time.text) ms, C loop \(reference.text) ms"
            ).emit()
        }
        try Figure(
            "routes.memory.\(size)", "  memory", try daemon.residentMegabytes, .megabytes, note: ""
        ).emit()
    }

    private static func life(_ endpoint: Int) -> [[UInt8]] {
        Calls.life(of: endpoint, in: network, address: "10.64.\(1 + endpoint >> 8).\(endpoint & 0xff)/16")
    }

    private func batch(_ lines: [String], launcher: [String] = []) throws {
        let file = fixture.file("batch")
        try writeFile(file, Array((lines.joined(separator: "\n") + "\n").utf8))
        try fixture.run(launcher + ["ip", "-batch", file])
    }

    private func time(_ body: () throws -> Void) throws -> Double {
        try ContinuousClock().measure(body).milliseconds
    }
}
