import ArgumentParser
import DaemonTestKit

/// `Bench requests`: counts the netlink requests of each call under strace.
struct RequestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "Count the netlink requests of each call, inside lab/uml.")

    @OptionGroup var fixture: BenchFixture

    func run() throws {
        var trace = RequestTrace(path: fixture.file("trace"))
        let daemon = try fixture.makeDaemon(launcher: trace.launcher)
        try daemon.startAnswering()
        let connection = try daemon.connect()
        let calls =
            life(0, "ipvlan", "ipvlan l3 on a new VLAN", parent: "\(fixture.parent).50", mode: "l3")
            + life(1, "macvlan", "macvlan", parent: fixture.parent, mode: "bridge")
        for call in calls {
            let (requests, reads, others) = try trace.call { try connection.succeed(call.request) }
            try Figure(
                call.name, call.title, Double(requests.count), .requests, note: others, details: requests + [reads]
            ).emit()
        }
        try daemon.stop()
    }

    /// Returns the calls of a network and an endpoint, from creation to deletion.
    private func life(
        _ network: Int, _ name: String, _ title: String, parent: String, mode: String
    ) -> [(name: String, title: String, request: [UInt8])] {
        let subnet = "10.\(70 + network).0"
        let creation = Calls.createNetwork(network, parent: parent, mode: mode, subnet: "\(subnet).0/24")
        let endpoint = Calls.life(of: network, in: network, address: "\(subnet).5/24")
        let names = ["CreateNetwork", "CreateEndpoint", "Join", "Leave", "DeleteEndpoint", "DeleteNetwork"]
        return zip(names, [creation] + endpoint + [Calls.deleteNetwork(network)]).map { call, request in
            ("requests.\(name).\(call)", "netlink requests for \(call), \(title)", request)
        }
    }
}
