import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetworkTypes
import RouteNetlink
import Testing

@testable import KernelHostNetwork

@Suite("Links that are retired", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
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
                #expect(seen.removal == removal || host.reaper.pending == 0)
            }
            try host.waitForRemovals()
            #expect(try host.names() == ["lo", "p0", "p1"])
            #expect(try host.kernel.retire(made) == nil)
        }
    }

    @Test("one who waits for a removal goes on when the link is gone")
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

    @Test(
        "removals do not wait for each other: 64 links are gone in well under 64 times what one takes",
        .enabled("on one processor everything waits") { sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 })
    func parallel() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let clock = ContinuousClock()
            let links = try (0..<72).map { try host.makeEndpoint(EndpointID(unchecked: "e\($0)")) }
            let one = try clock.measure { for link in links[..<8] { try host.delete(link) } } / 8
            let all = try clock.measure {
                for link in links[8...] { _ = try host.kernel.retire(link) }
                try host.waitForRemovals()
            }
            // Where one takes next to nothing, it is the kernel's usual pause that counts.
            #expect(all < max(one, .milliseconds(17)) * 64 / 2)
            #expect(try host.names() == ["lo", "p0", "p1"])
        }
    }

    @Test("a link of another's that only looks like one of this program's is left alone")
    func foreignLink() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            try host.delete(made)
            let parent = try host.existing("p0")
            let foreign = try host.make(made.name, .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            var asSeenBefore = made
            asSeenBefore.index = foreign.index
            #expect(try host.kernel.retire(asSeenBefore) == nil)
            try host.waitForRemovals()
            #expect(try host.existing(made.name) == foreign)
        }
    }

    @Test("a link that has got the number of a removed one is left alone")
    func reusedIndex() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            var message = try host.existing(made.name)
            try host.delete(made)
            let users = try host.make("users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            // Now as if the kernel had begun to count anew, and had given the user's link that number.
            message.index = users.index
            host.reaper.remove(RetiredLink(message))
            try host.waitForRemovals()
            #expect(try host.existing("users") == users)
        }
    }

    @Test("a link that went with its parent in between is no failure")
    func goneWithParent() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let seen = RetiredLink(try host.existing(try host.makeEndpoint().name))
            try host.delete(host.parent)
            host.reaper.remove(seen)
            try host.waitForRemovals()
            #expect(try host.names() == ["lo"])
        }
    }

    @Test("retiring a link twice is one removal")
    func twice() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.makeEndpoint()
            let seen = RetiredLink(try host.existing(made.name))
            for _ in 0..<3 { host.reaper.remove(seen) }
            try host.waitForRemovals()
            #expect(try host.names() == ["lo", "p0", "p1"])
        }
    }
}
