import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Addresses on links that the driver cannot see")
struct AddressInUseTests {
    @Test("A join waits until the dead container that holds its MAC address is gone")
    func macvlan() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        // Docker was killed and has not deleted the first endpoint.
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        let message = try lab.refusal { lab throws(DriverError) in try lab.join(.mail) }
        #expect(message.hasPrefix("MAC address "))
        #expect(
            message.hasSuffix(
                """
                 is in use by another link on parent "eth0", perhaps of a container that is still ending; stop that \
                container or choose another address
                """))
        lab.removeContainer(.web)
        try lab.join(.mail)
        #expect(lab.links.contains("svb0b1c2d3e4f5"))
    }

    @Test("A join on ipvlan waits until the dead container that holds its IP address is gone")
    func ipvlan() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l2"])
        try lab.start(.web, ["192.168.50.10/24"])
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        #expect(
            try lab.refusal { lab throws(DriverError) in try lab.join(.mail) }.hasPrefix(
                #"address 192.168.50.10 is in use by another link on parent "eth0""#))
        lab.removeContainer(.web)
        try lab.join(.mail)
    }

    @Test("A join waits for the address of a deleted endpoint whose link stayed in its container")
    func deleted() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        try lab.deleteEndpoint(.web)
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        #expect(throws: DriverError.self) { try lab.join(.mail) }
        lab.removeContainer(.web)
        try lab.join(.mail)
    }

    @Test("A join with another container's MAC address is refused and names that endpoint")
    func rival() throws {
        var lab = try DriverFixture()
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

    @Test("A join does not probe for conflicts when no address is suspect")
    func nothingSuspect() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.start(.web, ["192.168.50.10/24"])
        lab.bringBack(.web)
        try lab.deleteEndpoint(.web)
        lab.host.finishRemovals()
        try lab.createEndpoint(.mail, ["192.168.50.10/24"])
        lab.faults.reset()
        try lab.join(.mail)
        // The parent, the link and the record.
        #expect(lab.faults.steps == 3)
    }
}

extension DriverFixture {
    /// Starts a container.
    fileprivate mutating func start(_ id: EndpointID, _ addresses: [IPPrefix]) throws {
        try createEndpoint(id, addresses)
        let link = try join(id).linkName.text
        host.takeIntoContainer(link, addresses: addresses.map(\.address))
    }

    /// Removes a container's network namespace together with its link.
    fileprivate mutating func removeContainer(_ id: EndpointID) {
        if let name = LinkNames.endpoint(id) { host.removeInContainer(name.text) }
    }
}
