import ArgumentParser
import DaemonTestKit

/// `Bench requests`: counts the netlink requests of each call under strace.
struct RequestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "Count the netlink requests of each call.")

    /// A network and one endpoint, from creation to deletion.
    private struct Life {
        let name: String
        let title: String
        let parent: String
        let mode: String
        var hasHostAccess = false
        /// What each call needed before host access existed.
        var limits: [Double]?
    }

    @OptionGroup var fixture: BenchFixture

    @Flag(help: "Count those of a macvlan network with host access, for which a kernel needs classifiers.")
    var access = false

    func run() throws {
        var trace = RequestTrace(path: fixture.file("trace"))
        let daemon = try fixture.makeDaemon(launcher: trace.launcher)
        try daemon.startAnswering()
        let connection = try daemon.connect()
        for (number, life) in lives.enumerated() {
            for (position, (name, request)) in calls(of: life, number).enumerated() {
                let (requests, reads, others) = try trace.call { try connection.succeed(request) }
                try Figure(
                    "requests.\(life.name).\(name)", "netlink requests for \(name), \(life.title)",
                    Double(requests.count), .requests, goal: life.limits?[position], note: others,
                    details: requests + [reads]
                ).emit()
            }
        }
        try daemon.stop()
    }

    private var lives: [Life] {
        let parent = fixture.parent
        guard !access else {
            return [
                Life(
                    name: "macvlan.access", title: "macvlan with host access", parent: parent, mode: "bridge",
                    hasHostAccess: true)
            ]
        }
        return [
            Life(
                name: "ipvlan", title: "ipvlan l3 on a new VLAN", parent: "\(parent).50", mode: "l3",
                limits: [10, 1, 5, 0, 2, 8]),
            Life(name: "macvlan", title: "macvlan", parent: parent, mode: "bridge", limits: [4, 2, 4, 0, 2, 0]),
            Life(
                name: "ipvlan.access", title: "ipvlan l3 on a new VLAN with host access", parent: "\(parent).51",
                mode: "l3", hasHostAccess: true),
        ]
    }

    private func calls(of life: Life, _ network: Int) -> [(name: String, request: [UInt8])] {
        let subnet = "10.\(70 + network).0"
        let creation = Calls.createNetwork(
            network, parent: life.parent, mode: life.mode, subnet: "\(subnet).0/24",
            hostAddress: life.hasHostAccess ? "\(subnet).250/24" : nil)
        let endpoint = Calls.life(of: network, in: network, address: "\(subnet).5/24")
        let names = ["CreateNetwork", "CreateEndpoint", "Join", "Leave", "DeleteEndpoint", "DeleteNetwork"]
        return Array(zip(names, [creation] + endpoint + [Calls.deleteNetwork(network)]))
    }
}
