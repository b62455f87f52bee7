import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Endpoints whose links are in containers", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct EndpointsElsewhereTests {
    @Test("Only endpoints whose links were moved out of the host's namespace count as in containers")
    func moved() async throws {
        try await withHost { host in
            try expect(host.kernel.endpointsElsewhere(), equals: [])
            let containers = try [OtherNetworkNamespace(), OtherNetworkNamespace()]
            for (id, container) in zip([EndpointID.web, .mail], containers) {
                try host.move(try host.existing(try host.makeEndpoint(id).name), to: container)
            }
            _ = try host.makeEndpoint(EndpointID(unchecked: String(repeating: "c", count: 64)))
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            // By now the host's namespace has an ID for itself, so the driver inspects it too.
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            // Docker renames the link and brings it up.
            let found = try containers[0].client.links().first { $0.alias == LinkOwner.endpoint(.web).alias }
            try containers[0].client.alter(try #require(found), name: "eth0")
            try containers[0].client.setUp("eth0")
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            withExtendedLifetime(containers) {}
        }
    }

    @Test("Endpoints in containers include those with ipvlan links", .needs(.ipvlan))
    func ipvlan() async throws {
        try await withHost { host in
            let container = try OtherNetworkNamespace()
            let created = try host.kernel.create(try host.plan(.web, .ipvlan(.l2, .bridge)))
            try host.move(try host.existing(created.name), to: container)
            _ = try host.kernel.create(try host.plan(.mail, .ipvlan(.l2, .bridge)))
            for _ in 0..<2 { try expect(host.kernel.endpointsElsewhere(), equals: [.web]) }
            withExtendedLifetime(container) {}
        }
    }

    @Test("Endpoints in containers disappear with the namespace")
    func gone() async throws {
        try await withHost { host in
            do {
                let container = try OtherNetworkNamespace()
                try host.move(try host.existing(try host.makeEndpoint().name), to: container)
                try expect(host.kernel.endpointsElsewhere(), equals: [.web])
            }
            // The kernel removes a namespace and its links in the background.
            try waitFor(
                "the endpoint to be gone", pollingEvery: 10_000,
                reading: { try host.kernel.endpointsElsewhere() }, until: { $0 == [] })
        }
    }

    @Test("Endpoints in containers exclude returned, foreign and retired links")
    func cameBack() async throws {
        try await withHost { host in
            let container = try OtherNetworkNamespace()
            let created = try host.makeEndpoint()
            try withCurrentNamespaceFile { home in
                try host.move(try host.existing(created.name), to: container)
                try container.client.alter(try container.client.existing(created.name), namespace: home)
            }
            let users = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            try host.move(users, to: container)
            let retired = try host.existing(try host.makeEndpoint(.mail).name)
            try host.markRetired(retired, in: .default)
            try host.move(retired, to: container)
            for _ in 0..<2 { try expect(host.kernel.endpointsElsewhere(), equals: []) }
            withExtendedLifetime(container) {}
        }
    }

    /// Creating and removing so many namespaces holds the kernel's RTNL lock, which delays all other tests.
    @Test(
        "Endpoints in fifty containers are found, and the search time is printed",
        .enabled("delays other tests: set SWIFTVLAN_MEASURE=1 to run it") { getenv("SWIFTVLAN_MEASURE") != nil })
    func many() async throws {
        try await withHost { host in
            let containers = try (0..<50).map { _ in try OtherNetworkNamespace() }
            let ids = (100..<150).map { EndpointID(unchecked: String(repeating: "0", count: 61) + "\($0)") }
            for (id, container) in zip(ids, containers) {
                let link = try host.make(
                    "moving", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
                try host.change(link, LinkChanges(alias: LinkOwner.endpoint(id).alias))
                try host.move(link, to: container)
            }
            var times: [Duration] = []
            for _ in 0..<20 {
                let start = ContinuousClock.now
                try expect(host.kernel.endpointsElsewhere(), equals: Set(ids))
                times.append(start.duration(to: .now))
            }
            withExtendedLifetime(containers) {}
            times.sort()
            print("endpointsElsewhere() took \(times[10]) for 50 namespaces, \(times[10] / 50) for each")
        }
    }
}
