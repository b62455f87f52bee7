import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Addresses that links out of sight may still have")
struct AddressInUseTests {
    @Test("a container that died with its link has its MAC address until its namespace is gone, and is waited for")
    func macvlan() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        // The engine was killed, and tells of nothing.
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        let sentence = try lab.refusal { lab throws(DriverError) in try lab.join(.mail) }
        #expect(sentence.hasPrefix("MAC address "))
        #expect(
            sentence.hasSuffix(
                """
                 is in use by another link on parent "eth0", perhaps of a container that is still ending; stop that \
                container or choose another address
                """))
        lab.dies(.web)
        try lab.join(.mail)
        #expect(lab.links.contains("svb0b1c2d3e4f5"))
    }

    @Test("on ipvlan it is the IP address")
    func ipvlan() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l2"])
        try lab.start(.web, ["192.168.50.10/24"])
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        #expect(
            try lab.refusal { lab throws(DriverError) in try lab.join(.mail) }.hasPrefix(
                #"address 192.168.50.10 is in use by another link on parent "eth0""#))
        lab.dies(.web)
        try lab.join(.mail)
    }

    @Test("so it is after an orderly end whose link did not come back")
    func deleted() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        try lab.deleteEndpoint(.web)
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        #expect(throws: DriverError.self) { try lab.join(.mail) }
        lab.dies(.web)
        try lab.join(.mail)
    }

    @Test("two containers that a user gave one MAC address: the second is told of the first")
    func rival() throws {
        var lab = try Lab()
        try lab.createNetwork(.first)
        try lab.createNetwork(.second)
        try lab.createEndpoint(.web, mac: "02:00:00:00:00:01")
        try lab.join(.web)
        lab.host.takeIntoContainer("sva0b1c2d3e4f5")
        try lab.createEndpoint(.mail, in: .second, mac: "02:00:00:00:00:01")
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join(.mail, in: .second) },
            equals: """
                MAC address 02:00:00:00:00:01 is in use by another link on parent "eth0", that of endpoint \
                a0b1c2d3e4f5; stop that container or choose another address
                """)
    }

    @Test("where nothing is in doubt nothing is tried out")
    func noDoubt() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        lab.bringBack(.web)
        try lab.deleteEndpoint(.web)
        lab.host.finishRemovals()
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        lab.faults.reset()
        try lab.join(.mail)
        // Its parent, the making, and the record.
        #expect(lab.faults.steps == 3)
    }
}

extension Lab {
    /// Runs a container.
    fileprivate mutating func start(_ id: EndpointID, _ addresses: [IPPrefix]) throws {
        try createEndpoint(id, addresses)
        let link = try join(id).linkName.text
        host.takeIntoContainer(link, addresses: addresses.map(\.address))
    }

    /// Ends a container's network namespace, with the link in it.
    fileprivate mutating func dies(_ id: EndpointID) {
        if let name = LinkNames.endpoint(id) { host.removeInContainer(name.text) }
    }
}
