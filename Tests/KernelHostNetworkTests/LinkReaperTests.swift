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

@Suite("Retired links", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct LinkReaperTests {
    @Test("A retired link is down at once, reported as being removed, and then gone")
    func retired() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            try host.set(created, up: true)
            let removal = try #require(try host.kernel.retire(created))
            #expect(removal == LinkRemoval(index: created.index))
            if let seen = try host.kernel.link(at: created.index) {
                #expect(seen.removal == removal || host.reaper.pending == 0, "\(seen)")
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
            try expect(host.kernel.retire(created), equals: nil)
        }
    }

    @Test("A wait for a removal ends when the link is gone")
    func finished() async throws {
        let (reaper, removal) = try await withHost { host in
            let removal = try #require(try host.kernel.retire(try host.makeEndpoint()))
            return (host.reaper, removal)
        }
        async let another: Void = reaper.finished(removal)
        await reaper.finished(removal)
        await another
        #expect(reaper.pending == 0)
        // Waits return at once when no removal is in progress.
        await reaper.finished(removal)
        await reaper.drained()
    }

    /// The kernel waits once per request, not once per link (`netdev_run_todo` in net/core/dev.c).
    @Test("Links that are retired together are deleted with one request")
    func together() async throws {
        let directory = try TemporaryDirectory()
        let faults = try FaultFile(path: directory.file("faults"))
        await #expect(processExitsWith: .success) { [path = faults.path as String] in
            setenv(FaultFile.variable, path, 1)
            try await withHost { host in
                let faults = try FaultFile(existing: path)
                let links = try host.makeEndpoints(RetirementBacklog.maximumGroupSize)
                var before = faults.passages
                try host.retireTogether(links) { _ in before = faults.passages }
                // Each request passes two fault points, one before and one after it. Each link is read once before that.
                let requests = (faults.passages - before) / 2
                #expect(requests == UInt64(links.count + 1))
                let names = try host.names()
                #expect(names == ["lo", "p0", "p1"])
            }
        }
    }

    @Test("All links are removed even if they exceed the size of a group")
    func manyGroups() async throws {
        try await withHost { host in
            let ids = (0..<2 * RetirementBacklog.maximumGroupSize + 3).map { EndpointID(unchecked: "e\($0)") }
            let links = try ids.map { try host.makeEndpoint($0) }
            for link in links { _ = try host.kernel.retire(link) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A retired link is recognized and removed after a restart")
    func marked() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            try host.set(created, up: true)
            let message = try host.existing(created.name)
            try host.markRetired(message, in: LinkGroup(rawValue: 77))
            let seen = try host.existing(created.name)
            #expect(!seen.isUp)
            #expect(seen.group == LinkGroup(rawValue: 77))
            #expect(HostLink(seen).owner == .retired)
            try expect(host.kernel.retireUnfinishedLinks(), equals: 1)
            try host.waitForRemovals()
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A link whose removal has begun is reported as retired, and retiring it again joins that removal")
    func underWay() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            let message = try host.existing(created.name)
            // The removal is in progress while the closure runs.
            try host.reaper.remove(RetiredLink(message)) { group in
                try host.markRetired(message, in: group)
                let seen = try host.kernel.link(named: LinkName(try name(created.name)))
                #expect(seen?.owner == .retired)
                #expect(seen?.removal == LinkRemoval(index: created.index))
                try expect(host.kernel.retire(created), equals: LinkRemoval(index: created.index))
                try expect(host.existing(created.name).group, equals: group)
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A group that the kernel refuses to remove is removed link by link, and foreign links stay")
    func refusedGroup() async throws {
        try await withHost { host in
            let links = try host.makeEndpoints(2)
            // The loopback cannot be removed.
            let loopback = try host.existing("lo")
            try host.retireTogether(links) { group in try host.change(loopback, LinkChanges(group: group)) }
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A retired link that lost its alias is kept when its group is removed")
    func unmarked() async throws {
        try await withHost { host in
            let links = try host.makeEndpoints(3)
            try host.retireTogether(links) { _ in try host.change(links[1], LinkChanges(alias: "theirs")) }
            try expect(host.names(), equals: ["lo", "p0", "p1", links[1].name])
        }
    }

    @Test("A retired link that is moved, renamed, regrouped or deleted does not block the others")
    func meddledWith() async throws {
        try await withHost { host in
            let elsewhere = try OtherNetworkNamespace()
            let links = try host.makeEndpoints(5)
            try host.retireTogether(links) { _ in
                try host.change(links[0], LinkChanges(group: .default))
                try host.alter(links[1], name: "renamed")
                try host.move(links[2], to: elsewhere)
                try host.delete(HostLink(links[3]))
            }
            try expect(host.names(), equals: ["lo", "p0", "p1"])
            let moved = try elsewhere.client.existing(links[2].name)
            #expect(moved.isRetired, "\(moved)")
        }
    }

    @Test("A retired link is removed together with its upper links", .needs(.vlan))
    func stacked() async throws {
        try await withHost { host in
            let lower = try host.make("lower", .vlan(VLANLink(tag: 10)), on: try host.existing("p0"))
            let upper = try host.make("upper", .vlan(VLANLink(tag: 20)), on: lower)
            let macvlan = try host.make("top", .macvlan(MacvlanLink(mode: .bridge)), on: upper)
            try host.retireTogether([lower, macvlan, upper])
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A caller that retires links faster than the kernel removes them is blocked")
    func bounded() async throws {
        try await withHost(maximumBacklog: 8) { host in
            let links = try (0..<200).map { try host.makeEndpoint(EndpointID(unchecked: "e\($0)")) }
            var most = 0
            for link in links {
                _ = try host.kernel.retire(link)
                most = max(most, host.reaper.pending)
            }
            // The backlog, plus the links that each of the two threads has taken from it.
            #expect(most <= 3 * 8 + 2)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A link that cannot be retired is kept")
    func notMarked() async throws {
        try await withHost { host in
            let created = try host.existing(try host.makeEndpoint().name)
            struct Refused: Error {}
            #expect(throws: Refused.self) {
                try host.reaper.remove(RetiredLink(created)) { _ throws(Refused) in throw Refused() }
            }
            #expect(host.reaper.pending == 0)
            try expect(host.existing(created.name), equals: created)
        }
    }

    @Test("A foreign link that only resembles a link of the driver is kept")
    func foreignLink() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            try host.delete(created)
            let parent = try host.existing("p0")
            let foreign = try host.make(created.name, .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            var asSeenBefore = created
            asSeenBefore.index = foreign.index
            try expect(host.kernel.retire(asSeenBefore), equals: nil)
            try host.waitForRemovals()
            try expect(host.existing(created.name), equals: foreign)
        }
    }

    @Test("A link that reuses the index of a removed one is kept")
    func reusedIndex() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            var message = try host.existing(created.name)
            try host.delete(created)
            let users = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            // As if the kernel had reused the index for the user's link.
            message.index = users.index
            host.reaper.remove(RetiredLink(message)) { _ in }
            try host.waitForRemovals()
            try expect(host.existing("users"), equals: users)
        }
    }

    @Test("A retired link that disappears with its parent causes no error")
    func goneWithParent() async throws {
        try await withHost { host in
            let links = try host.makeEndpoints(2)
            try host.retireTogether(links) { _ in try host.delete(host.parent) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo"])
        }
    }

    @Test("A link that is retired twice is removed once")
    func twice() async throws {
        try await withHost { host in
            let created = try host.makeEndpoint()
            let message = try host.existing(created.name)
            let seen = RetiredLink(message)
            // Another removal cannot be finished while the first one marks the link.
            try host.reaper.remove(seen) { group in
                host.reaper.remove(seen) { _ in Issue.record("the link is marked twice") }
                try host.markRetired(message, in: group)
                host.reaper.remove(seen) { _ in Issue.record("the link is marked twice") }
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }
}
