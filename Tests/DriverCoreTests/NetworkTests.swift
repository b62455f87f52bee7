import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Networks")
struct NetworkTests {
    @Test("A VLAN link is created for its first network and removed with its last")
    func vlanIsCounted() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        for id in [NetworkID.first, .second, .third] { try fixture.createNetwork(id, ["parent": "eth0.50"]) }
        for id in [NetworkID.second, .first] {
            try fixture.deleteNetwork(id)
            #expect(fixture.links == before.union(["eth0.50"]))
        }
        try fixture.deleteNetwork(.third)
        #expect(fixture.links == before)
    }

    @Test("An orphaned VLAN link of ours is reused and removed with its last network")
    func vlanFoundAgain() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        var restarted = try DriverFixture(fixture.host)
        try restarted.createNetwork(.second, ["parent": "eth0.50.60"])
        #expect(restarted.driver.registry.networks[.second]?.parent == fixture.driver.registry.networks[.first]?.parent)
        try restarted.deleteNetwork(.second)
        #expect(restarted.links == before)
    }

    @Test("A VLAN link stays while a container without a record uses it")
    func vlanUnderContainer() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createEndpoint()
        let link = try fixture.join().linkName
        fixture.host.takeIntoContainer(link.text)
        var restarted = try DriverFixture(fixture.host)
        try restarted.createNetwork(.second, ["parent": "eth0.50"])
        try restarted.deleteNetwork(.second)
        #expect(restarted.links.contains("eth0.50"))
        restarted.host.removeInContainer(link.text)
        for second in [100, 130] { _ = restarted.driver.reconcile(at: .seconds(second), .everywhere) }
        #expect(!restarted.links.contains("eth0.50"))
    }

    @Test("A VLAN link with a foreign upper link stays when its last network is deleted")
    func vlanUnderForeignLink() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.add("shim", kind: .macvlan(.bridge), on: try fixture.link("eth0.50").index)
        let before = fixture.links
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A foreign link in place of ours is not touched")
    func replacedByForeignLink() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, [:])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] {
            fixture.host.remove(name)
            fixture.host.add(name, kind: .dummy)
        }
        try fixture.deleteNetwork(.first)
        try fixture.deleteNetwork(.second)
        #expect(fixture.links.isSuperset(of: ["eth0.50", "sd-2f0e9d8c7b6a"]))
    }

    @Test("A network without a parent gets its own dummy")
    func isolated() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, [:])
        try fixture.createNetwork(.second, ["mode": "l2"])
        let dummy = try fixture.link("sd-1f0e9d8c7b6a")
        #expect(dummy.kind == .dummy)
        #expect(dummy.owner == .isolatedParent(.first))
        #expect(fixture.links == before.union(["sd-1f0e9d8c7b6a", "sd-2f0e9d8c7b6a"]))
        try fixture.deleteNetwork(.first)
        try fixture.deleteNetwork(.second)
        #expect(fixture.links == before)
    }

    @Test(
        "A repeated CreateNetwork changes nothing",
        arguments: [[:], ["parent": "eth0"], ["parent": "eth0.50"], ["parent": "eth0", "mode": "passthru"]])
    func repeated(_ options: [String: String]) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.swarm, options)
        try fixture.createEndpoint(in: .swarm)
        try fixture.join(in: .swarm)
        let (host, networks, endpoints) = (
            fixture.host.visible, fixture.driver.registry.networks, fixture.driver.registry.endpoints
        )
        try fixture.createNetwork(.swarm, options)
        #expect(fixture.host.visible == host)
        #expect(fixture.driver.registry.networks == networks)
        #expect(fixture.driver.registry.endpoints == endpoints)
    }

    @Test("A repeated CreateNetwork recreates a lost parent", arguments: [[:], ["parent": "eth0.50"]])
    func lostParent(_ options: [String: String]) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.swarm, options)
        let name = try #require(fixture.driver.registry.networks[.swarm]?.parent.linkName.text)
        fixture.host.remove(name)
        try fixture.createNetwork(.swarm, options)
        #expect(fixture.links.contains(name))
    }

    @Test("CreateNetwork with different settings replaces the network and drops its endpoints")
    func replaced() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.swarm, ["parent": "eth0.50"])
        try fixture.createEndpoint(in: .swarm)
        try fixture.join(in: .swarm)
        try fixture.createNetwork(.swarm, ["parent": "eth1.60", "mode": "l2"])
        #expect(fixture.links == before.union(["eth1.60"]))
        #expect(fixture.driver.registry.networks[.swarm]?.attachment == .ipvlan(.l2, .bridge))
        #expect(fixture.counts == (1, 0))
        try fixture.createNetwork(.swarm, [:])
        #expect(fixture.links == before.union(["sd-k3xq9v0zt1w8"]))
        try fixture.createNetwork(.swarm, ["parent": "eth0"])
        #expect(fixture.links == before)
    }

    @Test("CreateNetwork with different settings keeps an unchanged parent")
    func replacedOnSameParent() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.swarm, ["parent": "eth0.50"])
        let vlan = try fixture.link("eth0.50")
        try fixture.createNetwork(.swarm, ["parent": "eth0.50", "mode": "l3"])
        // At layer 3 the host routes to the containers, and has an address on the link.
        try expect(fixture.link("eth0.50"), equals: vlan.with { $0.generatesAddress = true })
    }

    @Test("Deleting an unknown network succeeds and removes its dummy")
    func deleteUnknown() throws {
        var fixture = try DriverFixture()
        try fixture.deleteNetwork(.third)
        let before = fixture.links
        try fixture.createNetwork(.first, [:])
        var restarted = try DriverFixture(fixture.host)
        try restarted.deleteNetwork(.first)
        #expect(restarted.links == before)
    }

    @Test("Deleting a network deletes its remaining endpoints")
    func deleteWithEndpoints() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        for id in [EndpointID.web, .mail, .dns] {
            try fixture.createEndpoint(id)
            try fixture.join(id)
        }
        try fixture.deleteNetwork(.first)
        #expect(fixture.links == before)
        #expect(fixture.counts == (0, 0))
        #expect(fixture.store.endpoints.isEmpty)
    }

    @Test("A restarted driver knows the stored networks and endpoints")
    func restart() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createEndpoint()
        let store = fixture.store
        let state = StoredState(networks: Array(store.networks.values), endpoints: Array(store.endpoints.values))
        var restarted = try DriverFixture(fixture.host, state: state)
        #expect(restarted.driver.registry.networks == fixture.driver.registry.networks)
        try expect(restarted.join().linkName, equals: "sva0b1c2d3e4f5")
    }

    @Test("A repeated CreateNetwork works while the parent is missing, but not with different settings")
    func storedParentGone() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.swarm, ["parent": "eth0.50"])
        fixture.host.remove("eth0")
        for options in [["parent": "eth0.50"], ["parent": "eth0", "vlan": "50"]] {
            try fixture.createNetwork(.swarm, options)
        }
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.swarm, ["parent": "eth0.50", "mode": "private"])
            },
            equals: """
                parent=eth0.50: there is no link "eth0" on this host to carry the VLAN; did you mean eth1?
                """)
    }
}

@Suite("Links being removed")
struct RemovalTests {
    @Test("CreateNetwork asks for a retry while a link with the parent's name is being removed")
    func parentBeingRemoved() throws {
        var fixture = try DriverFixture()
        for options in [["parent": "eth0.50"], [:]] {
            let request = NetworkRequest(id: .first, options: options)
            try fixture.driver.createNetwork(request)
            let removals = try fixture.driver.deleteNetwork(.first)
            let removal = try #require(removals.first)
            #expect(throws: DriverError.linkBeingRemoved(removal)) { try fixture.driver.createNetwork(request) }
            fixture.host.finish(removal)
            try fixture.driver.createNetwork(request)
        }
    }

    @Test("CreateNetwork asks for a retry while a renamed link with its VLAN ID is being removed")
    func tagBeingRemoved() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        let removal = try #require(try fixture.driver.deleteNetwork(.first).first)
        fixture.host.rename("eth0.50", to: "old")
        let request = NetworkRequest(id: .first, options: ["parent": "eth0.50"])
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try fixture.driver.createNetwork(request) }
        fixture.host.finish(removal)
        try fixture.driver.createNetwork(request)
    }

    @Test("Join asks for a retry while the endpoint's previous link is being removed")
    func endpointBeingRemoved() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        try fixture.join()
        let removal = try #require(try fixture.driver.deleteEndpoint(.web))
        try fixture.createEndpoint()
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try fixture.driver.join(.web, network: .first) }
        fixture.host.finish(removal)
        _ = try fixture.driver.join(.web, network: .first)
    }

    @Test(
        "CreateNetwork asks for a retry while a link that excludes it from the parent is being removed",
        arguments: [("passthru", "passthru"), ("bridge", "l2"), ("l3", "vepa"), ("passthru", "l2"), ("l2", "l3")])
    func parentStillClaimed(_ old: String, _ new: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": old])
        try fixture.createEndpoint()
        try fixture.join()
        let removal = try #require(try fixture.driver.deleteEndpoint(.web))
        _ = try fixture.driver.deleteNetwork(.first)
        let request = NetworkRequest(id: .second, options: ["parent": "eth0", "mode": new])
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try fixture.driver.createNetwork(request) }
        fixture.host.finish(removal)
        try fixture.driver.createNetwork(request)
        try fixture.createEndpoint(.mail, in: .second)
        _ = try fixture.driver.join(.mail, network: .second)
    }

    @Test("Join asks for a retry while a passthru network's previous link is being removed")
    func passthruStillTaken() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try fixture.createEndpoint()
        try fixture.join()
        let removal = try #require(try fixture.driver.deleteEndpoint(.web))
        try fixture.createEndpoint(.mail)
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try fixture.driver.join(.mail, network: .first) }
        fixture.host.finish(removal)
        _ = try fixture.driver.join(.mail, network: .first)
    }

    @Test("A call succeeds if the link that blocked it disappears before it is named")
    func goneInBetween() throws {
        var fixture = try DriverFixture { $0.finishesRemovalsAfterRefusal = true }
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        for id in [EndpointID.web, .mail] {
            try fixture.createEndpoint(id)
            _ = try fixture.driver.join(id, network: .first)
            _ = try fixture.driver.deleteEndpoint(id)
        }
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        _ = try fixture.driver.deleteNetwork(.second)
        fixture.host.rename("eth0.50", to: "old")
        try fixture.driver.createNetwork(NetworkRequest(id: .second, options: ["parent": "eth0.50"]))
        #expect(fixture.links.contains("eth0.50"))
    }

    @Test("DeleteEndpoint returns the same removal while its link is being removed")
    func deletedTwice() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        try fixture.join()
        let removal = try #require(try fixture.driver.deleteEndpoint(.web))
        try expect(fixture.driver.deleteEndpoint(.web), equals: removal)
        fixture.host.finish(removal)
        try expect(fixture.driver.deleteEndpoint(.web), equals: nil)
    }
}
