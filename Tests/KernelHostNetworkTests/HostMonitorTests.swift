import DriverCore
import DriverTestKit
import KernelTestKit
import Logging
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("HostMonitor", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan), .timeLimit(.minutes(20)))
struct HostMonitorTests {
    /// A change that a user or another program makes to the host, and the report that the monitor must make.
    struct HostAction: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        let act: @Sendable (HostFixture) throws -> Void

        init(_ description: String, _ expected: String, _ act: @escaping @Sendable (HostFixture) throws -> Void) {
            testDescription = description
            self.expected = expected
            self.act = act
        }

        static let all = [
            HostAction("a link is added", .link("new0")) { host in
                _ = try host.make("new0", .veth(peer: "new1"))
            },
            HostAction("a link is deleted", .link("p0")) { host in try host.delete(host.parent) },
            HostAction("a link is renamed", .link("p9")) { host in
                try host.set(host.parent, up: false)
                try host.alter(try host.existing("p0"), name: "p9")
            },
            HostAction("a link is brought down", .link("p0")) { host in try host.set(host.parent, up: false) },
            HostAction("a link gets another MTU", .link("p0")) { host in
                try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            },
            HostAction("a link gets another MAC address", .link("p0")) { host in
                try host.alter(try host.existing("p0"), macAddress: "02:42:ac:11:00:77")
            },
            HostAction("a link is moved to another namespace", .link("p0")) { host in
                try host.move(try host.existing("p0"), to: try OtherNetworkNamespace())
            },
            HostAction("another program creates a macvlan link", .link("users")) { host in
                _ = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            },
        ]
    }

    @Test("HostMonitor reports changes of links", arguments: HostAction.all)
    func links(_ action: HostAction) async throws {
        try await withHost { host in
            let monitor = try MonitorFixture()
            try monitor.expect(action.expected) { try action.act(host) }
        }
    }

    @Test("HostMonitor reports a link that is brought up and a link that becomes a bridge port", .needs(.bridge))
    func upAndMaster() async throws {
        try await withHost { host in
            try host.set(host.parent, up: false)
            let monitor = try MonitorFixture()
            try monitor.expect(.link("p0")) { try host.set(host.parent, up: true) }
            let bridge = try host.make("br0", .other(name: "bridge", data: []))
            try monitor.expect(.link("p0")) { try makePort(try host.existing("p0"), of: bridge) }
            try monitor.expect(.link("p0")) { try removePort(try host.existing("p0")) }
            #expect(!monitor.changes.contains(.loss))
        }
    }

    @Test(
        "HostMonitor reports a deleted VLAN link, even on a parent that is down", .needs(.vlan),
        arguments: [true, false])
    func vlan(parentIsUp: Bool) async throws {
        try await withHost { host in
            if !parentIsUp { try host.set(host.parent, up: false) }
            let monitor = try MonitorFixture()
            let plan = HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: host.parent), owner: .vlan)
            let made = try host.kernel.create(plan)
            try monitor.expect(.link("p0.50")) { try host.delete(made) }
        }
    }

    @Test("HostMonitor reports a deleted route of the driver", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func routes(_ text: String) async throws {
        try await withHost { host in
            let route = HostRoute(to: try prefix(text), over: host.parent.index)
            let monitor = try MonitorFixture()
            try host.kernel.add(route)
            try monitor.expect(.route(route.destination)) { try host.kernel.remove(route) }
            #expect(monitor.changes == [.route(route.destination)])
        }
    }

    @Test("HostMonitor does not report a route that the driver removes", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func removedRoutes(_ text: String) async throws {
        try await withHost { host in
            let route = HostRoute(to: try prefix(text), over: host.parent.index)
            let monitor = try MonitorFixture(ignoring: host.ports)
            try host.kernel.add(route)
            try host.kernel.remove(route)
            #expect(try monitor.changesBeforeMark() == [])
            // Another program's removal is reported.
            try host.kernel.add(route)
            try monitor.expect(.route(route.destination)) {
                var client = RouteClient()
                try client.remove(RouteMessage(route))
            }
        }
    }

    @Test("HostMonitor does not report the driver's own changes to the links of endpoints")
    func endpoints() async throws {
        try await withHost { host in
            let monitor = try MonitorFixture()
            let container = try OtherNetworkNamespace()
            for id in [EndpointID.web, .mail] {
                let made = try host.makeEndpoint(id)
                // The engine does this.
                try host.move(try host.existing(made.name), to: container)
                try container.client.setUp(made.name)
                try container.client.change(made.index, named: made.name, LinkChanges(isUp: false))
                try container.client.alter(try container.client.existing(made.name), namespace: monitor.home)
                _ = try host.kernel.retire(made)
                try host.waitForRemovals()
            }
            let tried = try host.makeEndpoint(.web)
            _ = try host.kernel.isUsable(tried, with: [])
            try host.set(tried, up: true)
            _ = try host.kernel.retire(tried)
            try host.waitForRemovals()
            // The same in a container that is destroyed with its link.
            let lost = try host.makeEndpoint(.mail)
            try host.move(try host.existing(lost.name), to: try OtherNetworkNamespace())
            try host.waitForRemovals()
            let reported = try monitor.changesBeforeMark()
            #expect(reported == [])
        }
    }

    @Test("HostMonitor does not report the creation and retirement of an endpoint's ipvlan link", .needs(.ipvlan))
    func ipvlan() async throws {
        try await withHost { host in
            let monitor = try MonitorFixture()
            let made = try host.kernel.create(try host.plan(.web, .ipvlan(.l2, .bridge)))
            _ = try host.kernel.isUsable(made, with: ["192.168.50.10/24"])
            _ = try host.kernel.retire(made)
            try host.waitForRemovals()
            let reported = try monitor.changesBeforeMark()
            #expect(reported == [])
        }
    }

    @Test("HostMonitor reports global addresses that appear or go, but not those that a shim gets", .needs(.bridge))
    func addresses() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            let monitor = try MonitorFixture()
            for text in ["10.1.0.2/24", "fd00:1::2/64"] {
                let own = try prefix(text)
                try monitor.expect("address \(text) of link \"p0\"") { try host.add(own, to: host.parent) }
                try monitor.expect("address \(text) of link \"p0\"") { try host.remove(own, from: host.parent) }
            }
            try monitor.changesBeforeMark()
            monitor.forget()
            for address: IPAddress in ["10.1.0.2", "fd00:1::2"] { try host.kernel.add(address, to: shim) }
            try host.add(try prefix("fe80::77/64"), to: host.parent)
            let reported = try monitor.changesBeforeMark()
            #expect(reported == [])
            for text in ["10.1.0.2/32", "fd00:1::2/128"] {
                let copy = try prefix(text)
                try monitor.expect("address \(text) of link \"\(shim.name)\"") { try host.remove(copy, from: shim) }
            }
        }
    }

    @Test("HostMonitor reports a shim that another program deletes or sets down")
    func shims() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            let monitor = try MonitorFixture()
            try monitor.expect(.link("sh-p0")) { try host.set(shim, up: false) }
            try monitor.expect(.link("sh-p0")) { try host.delete(shim) }
        }
    }

    @Test("HostMonitor reports once that the carrier of a parent returns")
    func carrier() async throws {
        try await withHost { host in
            let peer = HostLink(try host.existing("p1"))
            try waitFor("the carrier of p0", reading: { try host.existing("p0") }) { $0.hasCarrier }
            // The link on the parent follows its carrier, and is the driver's own.
            _ = try host.makeShim(sources: nil)
            let monitor = try MonitorFixture()
            let expected = ParentEvent(.carrierReturned, of: host.parent.index)
            for _ in 0..<3 {
                let events = try monitor.events(expected) {
                    try host.set(peer, up: false)
                    // The kernel reports the loss late, and not at all if the carrier is back by then: it reports
                    // the link's state after it has changed `IFF_RUNNING` (net/core/link_watch.c).
                    try waitFor("the loss of the carrier", reading: { try host.existing("p0") }) {
                        $0.flags & 0x40 == 0
                    }
                    try host.set(peer, up: true)
                }
                #expect(events.filter { $0.link == host.parent.index } == [expected])
                #expect(Set(events.map(\.link)).isSubset(of: [host.parent.index, peer.index]))
            }
        }
    }

    @Test("HostMonitor reports the failover of a bond and of a VLAN on it", .needs(.bond), .needs(.vlan))
    func failover() async throws {
        try await withHost { host in
            try host.makeWire("q0", "q1")
            // The mode active-backup (linux/if_bonding.h), which looks after its ports every 10 ms.
            let settings: [UInt8] = [5, 0, 1, 0, 1, 0, 0, 0, 8, 0, 3, 0, 10, 0, 0, 0]
            let bond = try host.make("bond0", .other(name: "bond", data: settings))
            for port in ["p0", "q0"] {
                try host.set(HostLink(try host.existing(port)), up: false)
                try makePort(try host.existing(port), of: bond)
                try host.set(HostLink(try host.existing(port)), up: true)
            }
            try host.change(bond, LinkChanges(isUp: true))
            let lower = try #require(try host.kernel.link(named: "bond0"))
            let vlan = try host.kernel.create(
                HostLinkPlan(name: "bond0.50", kind: .vlan(50, lower: lower), owner: .vlan))
            try waitFor("the carrier of the bond", reading: { try host.existing("bond0.50") }) { $0.hasCarrier }
            let monitor = try MonitorFixture()
            let events = try monitor.events(ParentEvent(.failedOver, of: vlan.index)) {
                try host.set(HostLink(try host.existing("p1")), up: false)
            }
            #expect(events.contains(ParentEvent(.failedOver, of: bond.index)))
        }
    }

    @Test("HostMonitor reports lost notifications once and continues")
    func overrun() async throws {
        try await withHost { host in
            let monitor = try MonitorFixture(bufferSize: 16384)
            let parent = try host.existing("p0")
            try monitor.whileHeld {
                try host.change(parent, LinkChanges(mtu: 1300))
                try monitor.waitUntilHeld()
                for mtu in 1301..<1500 as Range<UInt32> { try host.change(parent, LinkChanges(mtu: mtu)) }
            }
            try monitor.await { $0.contains(.loss) }
            let reported = try monitor.changesBeforeMark()
            #expect(reported.count { $0 == .loss } == 1)
        }
    }

    @Test("HostMonitor reports two hundred changes once each")
    func burst() async throws {
        try await withHost { host in
            let monitor = try MonitorFixture()
            let parent = try host.existing("p0")
            for number in 0..<200 {
                try host.change(parent, LinkChanges(mtu: 1300 + UInt32(number) % 2))
                // Every buffer holds ten notifications, even if the monitor's thread runs late.
                if number % 10 == 9 { try monitor.await { $0.count > number } }
            }
            let reported = try monitor.changesBeforeMark()
            #expect(reported == Array(repeating: .link("p0"), count: 200))
        }
    }

    @Test("HostMonitor reports a change right after its start")
    func subscribedAtStart() async throws {
        try await withHost { host in
            for number in 0..<20 as Range<UInt32> {
                let monitor = try MonitorFixture()
                try monitor.expect(.link("p0")) {
                    try host.change(try host.existing("p0"), LinkChanges(mtu: 1300 + number))
                }
            }
        }
    }
}
