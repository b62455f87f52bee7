import Glibc
import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls
import Testing

@Suite("Requests that the kernel refuses", .needsNetworkNamespaces, .needs(.veth))
struct RefusalTests {
    @Test("A macvlan MTU above the parent's is refused with the kernel's message", .needs(.macvlan))
    func mtuTooLarge() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let error = #expect(throws: RouteError.self) {
                try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire, mtu: 70_000)
            }
            #expect(error?.errno == Errno(code: EINVAL))
            #expect(
                error?.description
                    == "create macvlan link \"mv0\" on \"p0\": Invalid argument (EINVAL): mtu greater than device maximum"
            )
        }
    }

    @Test("A name that is already in use is refused, and the error contains it")
    func nameTaken() async throws {
        try await withNetworkNamespace { client in
            _ = try client.makeWire()
            let error = #expect(throws: RouteError.self) {
                try client.create(NewLink(name: try name("p0"), kind: .other(name: "veth", data: [])))
            }
            #expect(error?.errno == .alreadyExists)
            #expect(error?.description.hasPrefix("create veth link \"p0\": File exists (EEXIST)") == true)
        }
    }

    @Test("A parent that does not exist is refused", .needs(.macvlan))
    func noParent() async throws {
        try await withNetworkNamespace { client in
            let missing = try #require(InterfaceIndex(4711))
            let error = #expect(throws: RouteError.self) {
                try client.create(
                    NewLink(name: try name("mv0"), kind: .macvlan(MacvlanLink(mode: .bridge)), parent: missing),
                    parentName: "eth9")
            }
            #expect(error?.description == "create macvlan link \"mv0\" on \"eth9\": No such device (ENODEV)")
        }
    }

    @Test("A kind that the kernel lacks is refused with the kernel's message")
    func unknownKind() async throws {
        try await withNetworkNamespace { client in
            let error = #expect(throws: RouteError.self) {
                try client.create(NewLink(name: try name("x"), kind: .other(name: "nonsense", data: [])))
            }
            #expect(
                error?.description
                    == "create nonsense link \"x\": Operation not supported (EOPNOTSUPP): Unknown device type")
        }
    }

    @Test("A deleted link can be neither changed nor deleted again")
    func gone() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            try client.delete(wire.index, named: "p0")
            let deleting = #expect(throws: RouteError.self) { try client.delete(wire.index, named: "p0") }
            #expect(deleting?.description == "delete link \"p0\": No such device (ENODEV)")
            let changing = #expect(throws: RouteError.self) {
                try client.change(wire.index, named: "p0", LinkChanges(isUp: true))
            }
            #expect(changing?.description == "change link \"p0\" (up): No such device (ENODEV)")
        }
    }

    @Test("A second link on the parent of a passthru link is refused", .needs(.macvlan))
    func passthruIsAlone() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            _ = try client.make("mv0", .macvlan(MacvlanLink(mode: .passthru)), on: wire)
            #expect(throws: RouteError.self) {
                try client.make("mv1", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
            }
            let second = try client.link(named: try name("mv1"))
            #expect(second == nil)
        }
    }

    @Test("Macvlan and ipvlan links cannot share a parent", .needs(.ipvlan))
    func kindsDoNotMix() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            _ = try client.make("iv0", .ipvlan(IPvlanLink(mode: .l2, flag: .bridge)), on: wire)
            let error = #expect(throws: RouteError.self) {
                try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
            }
            #expect(error?.errno == .busy)
        }
    }

    @Test("An address and a route that already exist are refused")
    func duplicates() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let own = AddressMessage(link: wire.index, prefix: try prefix("10.1.0.1/24"))
            try client.add(own, linkName: "p0")
            let address = #expect(throws: RouteError.self) { try client.add(own, linkName: "p0") }
            #expect(address?.errno == .alreadyExists)
            #expect(address?.description.hasPrefix("add address 10.1.0.1/24 to link \"p0\": File exists") == true)
            let route = RouteMessage(to: try prefix("10.2.0.0/16"), link: wire.index, protocol: .static)
            try client.add(route)
            let second = #expect(throws: RouteError.self) { try client.add(route) }
            #expect(second?.description.hasPrefix("add route to 10.2.0.0/16: File exists (EEXIST)") == true)
        }
    }

    @Test("A route through an unreachable router is refused with the kernel's message")
    func unreachableRouter() async throws {
        try await withNetworkNamespace { client in
            _ = try client.makeWire()
            let route = RouteMessage(
                to: .everything(.ipv4), via: try address("10.9.0.1"), protocol: .static)
            let error = #expect(throws: RouteError.self) { try client.add(route) }
            #expect(
                error?.description
                    == "add route to 0.0.0.0/0: Network is unreachable (ENETUNREACH): Nexthop has invalid gateway")
        }
    }
}
