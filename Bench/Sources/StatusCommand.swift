import ArgumentParser
import DaemonTestKit
import Glibc
import TestSupport

/// `Bench status`: times of the control socket with thousands of networks, and of calls while it is asked.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Measure the status of 4,000 networks and 5,000 endpoints.")

    static let networks = 4000
    static let endpoints = 5000
    private static let answers = 10
    /// The goal for one answer, in milliseconds.
    private static let limit = 300.0
    /// The goal for commands that do more with it.
    private static let commandLimit = 1000.0

    @OptionGroup var fixture: BenchFixture

    func run() throws {
        // Without links in containers, the endpoints would soon count as lost.
        let daemon = DaemonProcess(
            fixture.daemon, in: try TemporaryDirectory(in: fixture.directory), arguments: ["--orphan-age", "3600"])
        try prepare(daemon.records)
        try daemon.startAnswering()
        // Longer than the daemon takes for its first look at the links.
        usleep(2_000_000)
        let before = try daemon.residentMegabytes
        let socket = "\(daemon.records.runtime)/control.sock"
        try measureAnswers(HTTPClient(path: socket))
        try measureCommands(socket)
        try CallsBesideReaders(fixture: fixture, daemon: daemon, socket: socket).measure()
        try Figure(
            "status.memory", "  memory of the daemon", try daemon.residentMegabytes, .megabytes, goal: 150,
            note: "before the first request \(before.text) MB"
        ).emit()
        try daemon.stop()
    }

    // MARK: Answers

    private func measureAnswers(_ reader: HTTPClient) throws {
        progress("Measuring \(Self.answers) answers of each kind")
        let title = "status of \(Self.networks) networks over the control socket, after a change"
        try emit("answer", title, Self.limit) { try Self.read("/v1/status", reader) }
        try emit("metrics", "  metrics", Self.limit) { try Self.read("/metrics", reader) }
        try emit("picture", "  picture", Self.limit) { try Self.read("/topology.svg", reader) }
    }

    private func measureCommands(_ socket: String) throws {
        progress("Measuring \(Self.answers) runs of each command")
        let picture = fixture.file("picture")
        for (arguments, limit) in [
            ("status", Self.limit), ("topology", Self.commandLimit), ("topology --svg \(picture)", Self.commandLimit),
            ("doctor", Self.commandLimit),
        ] {
            // Doctor's exit codes 1 and 2 are findings, such as that Docker cannot be asked.
            let command = "\(fixture.daemon) \(arguments) --control-socket \(socket) || test $? -le 2"
            let name = arguments.replacing(" \(picture)", with: "")
            try emit("command.\(name)", "  the command \(name)", limit) { try fixture.run(["sh", "-c", command]) }
        }
    }

    /// Measures an answer several times, each after a change of a link, so that it needs a new document.
    private func emit(_ name: String, _ title: String, _ limit: Double, _ answer: () throws -> Void) throws {
        let times = try (0..<Self.answers).map { number in
            try fixture.run(["ip", "link", "set", "v0", "mtu", "\(number % 2 == 0 ? 1400 : 1500)"])
            // Longer than the greatest age of a status that serves a request.
            usleep(300_000)
            return try ContinuousClock().measure(answer).milliseconds
        }
        try Figure(
            "status.\(name)", title, median(times), .milliseconds, goal: limit,
            note: "shortest of \(times.count): \((times.min() ?? 0).text) ms, longest \((times.max() ?? 0).text) ms"
        ).emit()
    }

    private static func read(_ path: String, _ reader: HTTPClient) throws {
        let answer = try reader.call(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        guard answer.status == 200 else { throw ProcessError("\(path) has status \(answer.status)") }
    }

    // MARK: Preparation

    static func subnet(_ network: Int) -> String { "10.\(network >> 8).\(network & 0xff)" }

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
