import ArgumentParser
import DaemonTestKit
import Glibc
import TestSupport

/// `Bench status`: times of the control socket with thousands of networks, and of calls while it is asked.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Measure the status of 4,000 networks and 5,000 endpoints.")

    private static let networks = 4000
    private static let endpoints = 5000
    private static let answers = 10
    /// The goal for one answer, in milliseconds.
    private static let limit = 300.0
    /// How often calls are measured without and with readers in turn, so that other load affects both alike.
    private static let rounds = 8
    private static let roundLength = Duration.seconds(3)

    @OptionGroup var fixture: BenchFixture

    func run() throws {
        // Without links in containers, the endpoints would soon count as lost.
        let daemon = DaemonProcess(
            fixture.daemon, in: try TemporaryDirectory(in: fixture.directory), arguments: ["--orphan-age", "3600"])
        try prepare(daemon.records)
        try daemon.startAnswering()
        let socket = "\(daemon.records.runtime)/control.sock"
        let reader = try HTTPClient(path: socket)
        var times: [Double] = []
        for number in 0..<Self.answers {
            // Each answer is a new document.
            try fixture.run(["ip", "link", "set", "v0", "mtu", "\(1400 + number)"])
            usleep(300_000)
            times.append(try ContinuousClock().measure { try Self.read("/v1/status", reader) }.milliseconds)
        }
        try emit("answer", "status of \(Self.networks) networks over the control socket", times)
        let command = try (0..<Self.answers).map { _ in
            try ContinuousClock().measure {
                try fixture.run([fixture.daemon, "status", "--control-socket", socket])
            }.milliseconds
        }
        try emit("command", "  the command status", command)
        try measureCalls(daemon, socket)
        try daemon.stop()
    }

    private func emit(_ name: String, _ title: String, _ times: [Double]) throws {
        try Figure(
            "status.\(name)", title, median(times), .milliseconds, goal: Self.limit,
            note: "longest of \(times.count): \((times.max() ?? 0).text) ms"
        ).emit()
    }

    private static func read(_ path: String, _ reader: HTTPClient) throws {
        let answer = try reader.call(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        guard answer.status == 200 else { throw ProcessError("\(path) has status \(answer.status)") }
    }

    // MARK: Calls

    /// Compares the lives of endpoints without readers and beside one that asks for status and metrics once a second.
    private func measureCalls(_ daemon: DaemonProcess, _ socket: String) throws {
        let connection = try daemon.connect()
        let request = "curl -sS -o /dev/null --unix-socket \(socket) http://localhost"
        let asking = "while \(request)/v1/status && \(request)/metrics; do sleep 1; done"
        var times: (alone: [Double], beside: [Double]) = ([], [])
        var number = Self.endpoints
        for round in 0..<Self.rounds {
            guard round % 2 == 1 else {
                times.alone += try lives(from: &number, connection)
                continue
            }
            let reader = try ChildProcess(["bash", "-c", asking], output: fixture.file("reader"))
            times.beside += try lives(from: &number, connection)
            reader.signal(SIGTERM)
            guard reader.exitStatus() == 128 + SIGTERM else { throw ProcessError("No answer: \(reader.output)") }
        }
        let (alone, beside) = (median(times.alone), median(times.beside))
        try Figure(
            "status.calls", "  calls of an endpoint beside status and metrics once a second", beside / alone, .ratio,
            goal: 1.05, note: "\(beside.text) ms, without \(alone.text) ms"
        ).emit()
    }

    /// Creates and removes endpoints, one after the other, for one round; returns their times in milliseconds.
    private func lives(from number: inout Int, _ connection: HTTPClient) throws -> [Double] {
        let clock = ContinuousClock()
        let end = clock.now + Self.roundLength
        var times: [Double] = []
        while clock.now < end {
            let network = number % Self.networks
            let requests = Calls.life(of: number, in: network, address: "\(Self.subnet(network)).99/24")
            times.append(
                try clock.measure {
                    for request in requests { try connection.succeed(request) }
                }.milliseconds)
            number += 1
        }
        return times
    }

    // MARK: Preparation

    private static func subnet(_ network: Int) -> String { "10.\(network >> 8).\(network & 0xff)" }

    /// Creates a link for each network, and the records of networks and endpoints.
    private func prepare(_ records: RecordDirectories) throws {
        var lines = (0..<Self.networks / 2).map { "link add v\(2 * $0) type veth peer name v\(2 * $0 + 1)" }
        // Without IPv6 addresses, whose checks would change the table of addresses for a while.
        lines += (0..<Self.networks).map { "link set v\($0) addrgenmode none up" }
        let batch = fixture.file("links")
        try writeFile(batch, Array((lines.joined(separator: "\n") + "\n").utf8))
        try fixture.run(["ip", "-batch", batch])
        try fixture.run(["mkdir", "-p", "\(records.state)/networks", "\(records.runtime)/endpoints"])
        let settings = #""settings":{"gateway":true,"mac":"stable","routes":[]}"#
        for number in 0..<Self.networks {
            let id = Calls.id(number)
            let record = """
                {"version":1,"network":{"hostRoutes":false,"id":"\(id)","internal":false,"kind":"macvlan",\
                "mode":"bridge","parent":{"existing":"v\(number)"},\(settings),\
                "subnets":[{"subnet":"\(Self.subnet(number)).0/24"}]}}
                """
            try writeFile(records.file(ofNetwork: id), Array(record.utf8))
        }
        for number in 0..<Self.endpoints {
            let (id, network) = (Calls.id(number), number % Self.networks)
            let record = """
                {"version":1,"endpoint":{"addresses":["\(Self.subnet(network)).\(10 + number / Self.networks)/24"],\
                "id":"\(id)","joined":true,"network":"\(Calls.id(network))","sandbox":"/x/\(number)",\(settings)}}
                """
            try writeFile(records.file(ofEndpoint: id), Array(record.utf8))
        }
    }
}
