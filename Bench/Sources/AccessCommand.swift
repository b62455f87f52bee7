import ArgumentParser
import DaemonTestKit
import Glibc
import TestSupport

/// `Bench access`: measures how the times of a container's start and end grow with the number of containers that the host
/// can reach on one parent, compared with a network without host access.
struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Measure host access with 1,000 endpoints on one parent.")

    /// The numbers of endpoints at which times are measured.
    private static let sizes = [100, 1000]
    /// The number of endpoints, the most recent ones, over which each time is measured.
    private static let window = 50
    /// The most that a call may take, compared with the same call without host access.
    private static let goal = 4.0

    @OptionGroup var fixture: BenchFixture

    /// The times of the calls for one endpoint, in milliseconds.
    private struct Times {
        var (creation, join, leave, deletion): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    }

    func run() throws {
        let without = try measure(0, hasAccess: false)
        let with = try measure(1, hasAccess: true)
        for (size, times) in zip(Self.sizes, zip(without, with)) {
            let calls: [(String, KeyPath<Times, [Double]>)] = [
                ("CreateEndpoint", \.creation), ("Join", \.join), ("Leave", \.leave), ("DeleteEndpoint", \.deletion),
            ]
            for (name, path) in calls {
                let (reference, time) = (median(times.0[keyPath: path]), median(times.1[keyPath: path]))
                let isJoin = name == "Join"
                try Figure(
                    "access.\(name).\(size)",
                    "\(isJoin ? "" : "  ")\(name) with host access, endpoint \(size) of a parent, relative to none",
                    time / reference, .ratio, goal: isJoin ? Self.goal : nil,
                    note: "\(time.text) ms, without \(reference.text) ms"
                ).emit()
            }
        }
    }

    /// Creates endpoints up to each size, and measures the last ones.
    private func measure(_ network: Int, hasAccess: Bool) throws -> [Times] {
        progress("Measuring \(Self.sizes.last ?? 0) endpoints with\(hasAccess ? "" : "out") host access")
        let daemon = try fixture.makeDaemon()
        try daemon.startAnswering()
        let connection = try daemon.connect()
        let containers = try ChildProcess(["unshare", "--net", "sleep", "600"], output: fixture.file("containers"))
        try connection.succeed(
            Calls.createNetwork(
                network, parent: fixture.parent, subnet: "10.64.0.0/16",
                hostAddress: hasAccess ? "10.64.255.1/16" : nil))
        // The measured endpoints end, so the next ones get other numbers.
        var (count, next) = (0, 0)
        let times = try Self.sizes.map { size in
            while count < size - Self.window {
                _ = try start(next..<next + Self.window, network, connection, containers)
                count += Self.window
                next += Self.window
            }
            var times = try start(next..<next + Self.window, network, connection, containers)
            for endpoint in next..<next + Self.window {
                let requests = Calls.life(of: endpoint, in: network, address: Self.address(endpoint))
                times.leave.append(try time { try connection.succeed(requests[2]) })
                times.deletion.append(try time { try connection.succeed(requests[3]) })
            }
            next += Self.window
            return times
        }
        try daemon.stop()
        return times
    }

    /// Starts containers and moves their links away, as the engine does.
    private func start(
        _ endpoints: Range<Int>, _ network: Int, _ connection: HTTPClient, _ containers: ChildProcess
    ) throws -> Times {
        var times = Times()
        for endpoint in endpoints {
            let requests = Calls.life(of: endpoint, in: network, address: Self.address(endpoint))
            times.creation.append(try time { try connection.succeed(requests[0]) })
            times.join.append(try time { try connection.succeed(requests[1]) })
            let link = Calls.linkName(of: endpoint)
            try fixture.run(["ip", "link", "set", "dev", link, "netns", "\(containers.id)"])
        }
        return times
    }

    private static func address(_ endpoint: Int) -> String { "10.64.\(1 + (endpoint >> 8)).\(endpoint & 0xff)/16" }

    private func time(_ body: () throws -> Void) throws -> Double {
        try ContinuousClock().measure(body).milliseconds
    }
}
