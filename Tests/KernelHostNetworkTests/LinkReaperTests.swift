import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("LinkReaper", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct LinkReaperTests {
    @Test("a retired link is down at once, visible as being removed, and then gone")
    func retired() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            try host.set(made, up: true)
            let removal = try #require(try host.kernel.retire(made))
            #expect(removal == LinkRemoval(index: made.index))
            if let seen = try host.kernel.link(at: made.index) {
                #expect(seen.removal == removal || host.reaper.pending == 0, "\(seen)")
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
            try expect(host.kernel.retire(made), equals: nil)
        }
    }

    @Test("a task that waits for a removal continues when the link is gone")
    func finished() async throws {
        let (reaper, removal) = try await withNetworkNamespace {
            let host = try Host()
            let removal = try #require(try host.kernel.retire(try host.makeEndpoint()))
            return (host.reaper, removal)
        }
        async let another: Void = reaper.finished(removal)
        await reaper.finished(removal)
        await another
        #expect(reaper.pending == 0)
        // And at once when nothing is under way.
        await reaper.finished(removal)
        await reaper.drained()
    }

    /// The kernel waits once for a request, and not for each link (`netdev_run_todo` in net/core/dev.c).
    @Test("links that are retired together are deleted by one request")
    func together() async throws {
        let directory = try TemporaryDirectory()
        let faults = try FaultFile(path: directory.file("faults"))
        await #expect(processExitsWith: .success) { [path = faults.path as String] in
            setenv(FaultFile.variable, path, 1)
            try await withNetworkNamespace {
                let host = try Host()
                let faults = try FaultFile(existing: path)
                let links = try host.makeEndpoints(RetirementBacklog.groupSizeAtMost)
                var before = faults.passages
                try host.retireTogether(links) { _ in before = faults.passages }
                // Every request passes two points, one before and one after it. Each link is checked first.
                let requests = (faults.passages - before) / 2
                #expect(requests == UInt64(links.count + 1))
                let names = try host.names()
                #expect(names == ["lo", "p0", "p1"])
            }
        }
    }

    @Test("more links than a group has places are all removed")
    func manyGroups() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let ids = (0..<2 * RetirementBacklog.groupSizeAtMost + 3).map { EndpointID(unchecked: "e\($0)") }
            let links = try ids.map { try host.makeEndpoint($0) }
            for link in links { _ = try host.kernel.retire(link) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a retired link has an alias of its own, in case this program ends before it is removed")
    func marked() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            try host.set(made, up: true)
            let message = try host.existing(made.name)
            try host.mark(message, in: LinkGroup(rawValue: 77))
            let seen = try host.existing(made.name)
            #expect(!seen.isUp)
            #expect(seen.group == LinkGroup(rawValue: 77))
            #expect(HostLink(seen).owner == .retired)
            try expect(host.kernel.retireUnfinishedLinks(), equals: 1)
            try host.waitForRemovals()
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("while it is being removed a link is seen as retired, and retiring it again is the same removal")
    func underWay() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            let message = try host.existing(made.name)
            // Under way for as long as its mark is being made.
            try host.reaper.remove(RetiredLink(message)) { group in
                try host.mark(message, in: group)
                let seen = try host.kernel.link(named: try name(made.name))
                #expect(seen?.owner == .retired)
                #expect(seen?.removal == LinkRemoval(index: made.index))
                try expect(host.kernel.retire(made), equals: LinkRemoval(index: made.index))
                try expect(host.existing(made.name).group, equals: group)
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a group that the kernel refuses to remove is removed one by one, without another program's link")
    func refusedGroup() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let links = try host.makeEndpoints(2)
            // The loopback cannot be removed.
            let loopback = try host.existing("lo")
            try host.retireTogether(links) { group in try host.change(loopback, LinkChanges(group: group)) }
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a group of which a link has lost its alias is removed without that link")
    func unmarked() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let links = try host.makeEndpoints(3)
            try host.retireTogether(links) { _ in try host.change(links[1], LinkChanges(alias: "somebody's")) }
            try expect(host.names(), equals: ["lo", "p0", "p1", links[1].name])
        }
    }

    @Test("a link that another program moves, renames, regroups or deletes after its retirement delays nothing")
    func meddledWith() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let elsewhere = try OtherNetworkNamespace()
            let links = try host.makeEndpoints(5)
            try host.retireTogether(links) { _ in
                try host.change(links[0], LinkChanges(group: .default))
                try host.change(links[1], LinkChanges(name: try name("renamed")))
                try host.move(links[2], to: elsewhere)
                try host.delete(HostLink(links[3]))
            }
            try expect(host.names(), equals: ["lo", "p0", "p1"])
            let moved = try elsewhere.client.existing(links[2].name)
            #expect(moved.isRetired, "\(moved)")
        }
    }

    @Test("a link goes together with its upper link", .needs(.vlan))
    func stacked() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let lower = try host.make("lower", .vlan(VLANLink(tag: 10)), on: try host.existing("p0"))
            let upper = try host.make("upper", .vlan(VLANLink(tag: 20)), on: lower)
            let macvlan = try host.make("top", .macvlan(MacvlanLink(mode: .bridge)), on: upper)
            try host.retireTogether([lower, macvlan, upper])
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a caller that retires links faster than the kernel removes them is slowed down")
    func bounded() async throws {
        try await withNetworkNamespace {
            let host = try Host(backlogAtMost: 8)
            let links = try (0..<200).map { try host.makeEndpoint(EndpointID(unchecked: "e\($0)")) }
            var most = 0
            for link in links {
                _ = try host.kernel.retire(link)
                most = max(most, host.reaper.pending)
            }
            // Besides the backlog there is what each of the two threads has taken from it.
            #expect(most <= 3 * 8 + 2)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a link that cannot be retired is not pending")
    func notMarked() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.existing(try host.makeEndpoint().name)
            struct Refused: Error {}
            #expect(throws: Refused.self) {
                try host.reaper.remove(RetiredLink(made)) { _ throws(Refused) in throw Refused() }
            }
            #expect(host.reaper.pending == 0)
            try expect(host.existing(made.name), equals: made)
        }
    }

    @Test("a link of another program's that resembles one of this program's is left alone")
    func foreignLink() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            try host.delete(made)
            let parent = try host.existing("p0")
            let foreign = try host.make(made.name, .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            var asSeenBefore = made
            asSeenBefore.index = foreign.index
            try expect(host.kernel.retire(asSeenBefore), equals: nil)
            try host.waitForRemovals()
            try expect(host.existing(made.name), equals: foreign)
        }
    }

    @Test("a link that has got the index of a removed one is left alone")
    func reusedIndex() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            var message = try host.existing(made.name)
            try host.delete(made)
            let users = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            // Now as if the kernel had begun to count anew, and had given the user's link that number.
            message.index = users.index
            host.reaper.remove(RetiredLink(message)) { _ in }
            try host.waitForRemovals()
            try expect(host.existing("users"), equals: users)
        }
    }

    @Test("a link that went with its parent in between is no failure")
    func goneWithParent() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let links = try host.makeEndpoints(2)
            try host.retireTogether(links) { _ in try host.delete(host.parent) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo"])
        }
    }

    @Test("retiring a link twice is one removal")
    func twice() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            let message = try host.existing(made.name)
            let seen = RetiredLink(message)
            for _ in 0..<3 { try host.reaper.remove(seen) { group in try host.mark(message, in: group) } }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }
}
