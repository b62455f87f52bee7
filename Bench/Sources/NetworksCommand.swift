import ArgumentParser
import DaemonTestKit
import TestSupport

/// `Bench networks`: creates all 4094 possible VLANs on one parent, each with a network that is used once.
struct NetworksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks", abstract: "Measure how times grow with the number of networks, inside lab/uml.")

    /// The numbers of networks at which times are measured.
    private static let sizes = [100, 1000, 2000, 4094]
    /// The number of networks, the most recent ones, over which each time is measured.
    private static let window = 48
    private static let referenceLinks = 10
    /// The number of networks that are deleted at the same time, because each answer waits for the kernel.
    private static let deleters = 16
    /// The time limit for deleting all networks at the end. The rest disappears with the machine.
    private static let deletionLimit = Duration.seconds(60)

    @OptionGroup var fixture: BenchFixture

    func run() throws {
        let daemon = try fixture.makeDaemon()
        try daemon.startAnswering()
        let connections = try (0..<Self.deleters).map { _ in try daemon.connect() }
        var count = 0
        for size in Self.sizes {
            for number in count..<size - Self.window { try createAndUse(number, connections[0]) }
            let last = size - Self.window..<size
            let times = try last.map { try createAndUse($0, connections[0]) }
            try daemon.awaitLinksGone()
            let reference = try fixture.referenceLoop(Self.referenceLinks) / Double(Self.referenceLinks)
            let deletion = try ContinuousClock().measure { try delete(last, over: connections) }
            for number in last { try create(number, connections[0]) }
            count = size

            try emit("create", "creating one of \(size) networks", times.map(\.creation), reference, size)
            try emit("use", "  using it for an endpoint", times.map(\.use), reference, size)
            let each = deletion.milliseconds / Double(Self.window)
            try emit("remove", "  deleting it, \(Self.deleters) at a time", [each], reference, size)
            try Figure("networks.memory.\(size)", "  memory", daemon.residentMegabytes, .megabytes, note: "").emit()
        }
        try deleteAll(count, daemon, connections)
        try daemon.stop()
    }

    /// Creates a network and uses it once.
    @discardableResult
    private func createAndUse(_ number: Int, _ connection: HTTPClient) throws -> (creation: Double, use: Double) {
        let clock = ContinuousClock()
        let creation = try clock.measure { try create(number, connection) }
        let requests = Calls.life(of: number, in: number, address: Self.subnet(number, host: 5))
        let use = try clock.measure {
            for request in requests { try connection.succeed(request) }
        }
        return (creation.milliseconds, use.milliseconds)
    }

    private func create(_ number: Int, _ connection: HTTPClient) throws {
        let parent = "\(fixture.parent).\(number + 1)"
        try connection.succeed(Calls.createNetwork(number, parent: parent, subnet: Self.subnet(number, host: 0)))
    }

    private static func subnet(_ number: Int, host: Int) -> String { "10.\(number >> 8).\(number & 0xff).\(host)/24" }

    private func delete(_ networks: Range<Int>, over connections: [HTTPClient]) throws {
        try onThreads(connections.count) { thread in
            for number in networks where number % connections.count == thread {
                try connections[thread].succeed(Calls.deleteNetwork(number))
            }
        }
    }

    private func deleteAll(_ count: Int, _ daemon: DaemonProcess, _ connections: [HTTPClient]) throws {
        let clock = ContinuousClock()
        let start = clock.now
        var deleted = 0
        while deleted < count, clock.now - start < Self.deletionLimit {
            let next = min(deleted + Self.window, count)
            try delete(deleted..<next, over: connections)
            deleted = next
        }
        let time = (clock.now - start).milliseconds / Double(deleted)
        try Figure(
            "networks.removeAll", "deleting all \(count) networks, time per network", time, .milliseconds,
            note: deleted == count ? "" : "\(deleted) deleted within \(Self.deletionLimit)"
        ).emit()
        try Figure(
            "networks.memory.removed", "  memory afterwards", daemon.residentMegabytes, .megabytes, note: ""
        ).emit()
    }

    private func emit(_ name: String, _ title: String, _ times: [Double], _ reference: Double, _ number: Int) throws {
        let time = median(times)
        try Figure(
            "networks.\(name).\(number)", title, time / reference, .ratio,
            note: "\(time.text) ms, C loop \(reference.text) ms"
        ).emit()
    }
}
