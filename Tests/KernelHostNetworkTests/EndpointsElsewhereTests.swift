import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Endpoints whose links are in containers", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct EndpointsElsewhereTests {
    @Test("are those whose links were moved, and not those at home")
    func moved() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            try expect(host.kernel.endpointsElsewhere(), equals: [])
            let containers = try [OtherNetworkNamespace(), OtherNetworkNamespace()]
            for (id, container) in zip([EndpointID.web, .mail], containers) {
                try host.move(try host.existing(try host.makeEndpoint(id).name), to: container)
            }
            _ = try host.makeEndpoint(EndpointID(unchecked: String(repeating: "c", count: 64)))
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            // By now the home namespace has a number for itself, and is among those that are searched.
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            // However the engine has renamed it, and whether it is up.
            let link = try containers[0].client.links().first { $0.alias == LinkOwner.endpoint(.web).alias }
            try containers[0].client.change(
                try #require(link).index, named: "web", LinkChanges(isUp: true, name: "eth0"))
            try expect(host.kernel.endpointsElsewhere(), equals: [.web, .mail])
            withExtendedLifetime(containers) {}
        }
    }

    @Test("are those with ipvlan links, too", .needs(.ipvlan))
    func ipvlan() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let container = try OtherNetworkNamespace()
            let made = try host.kernel.create(try host.plan(.web, .ipvlan(.l2, .bridge)))
            try host.move(try host.existing(made.name), to: container)
            _ = try host.kernel.create(try host.plan(.mail, .ipvlan(.l2, .bridge)))
            for _ in 0..<2 { try expect(host.kernel.endpointsElsewhere(), equals: [.web]) }
            withExtendedLifetime(container) {}
        }
    }

    @Test("are gone with the namespace")
    func gone() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            do {
                let container = try OtherNetworkNamespace()
                try host.move(try host.existing(try host.makeEndpoint().name), to: container)
                try expect(host.kernel.endpointsElsewhere(), equals: [.web])
            }
            // The kernel takes a namespace apart in the background, and its links with it.
            try waitFor(
                "the endpoint to be gone", pollingEvery: 10_000,
                reading: { try host.kernel.endpointsElsewhere() }, until: { $0 == [] })
        }
    }

    @Test("are not those whose links came back, nor links of others and retired ones")
    func cameBack() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let container = try OtherNetworkNamespace()
            let made = try host.makeEndpoint()
            try withCurrentNamespaceFile { home in
                try host.move(try host.existing(made.name), to: container)
                let there = try container.client.existing(made.name)
                try container.client.change(
                    there.index, named: made.name, LinkChanges(namespace: .descriptor(home)))
            }
            let users = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            try host.move(users, to: container)
            let retired = try host.existing(try host.makeEndpoint(.mail).name)
            try host.mark(retired, in: .default)
            try host.move(retired, to: container)
            for _ in 0..<2 { try expect(host.kernel.endpointsElsewhere(), equals: []) }
            withExtendedLifetime(container) {}
        }
    }

    /// The making and removing of so many namespaces keeps the kernel's lock on links from all other tests.
    @Test(
        "are found in fifty namespaces, in a time that is printed",
        .enabled("takes the time of others: SWIFTVLAN_MEASURE=1 asks for it") { getenv("SWIFTVLAN_MEASURE") != nil })
    func many() async throws {
        try await withNetworkNamespace {
            let host = try Host()
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
