import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Networks")
struct NetworkTests {
    @Test("A VLAN link is created for its first network and removed with its last")
    func vlanIsCounted() throws {
        var lab = try DriverFixture()
        let before = lab.links
        for id in [NetworkID.first, .second, .third] { try lab.createNetwork(id, ["parent": "eth0.50"]) }
        for id in [NetworkID.second, .first] {
            try lab.deleteNetwork(id)
            #expect(lab.links == before.union(["eth0.50"]))
        }
        try lab.deleteNetwork(.third)
        #expect(lab.links == before)
    }

    @Test("An orphaned VLAN link of ours is reused and removed with its last network")
    func vlanFoundAgain() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        var restarted = try DriverFixture(lab.host)
        try restarted.createNetwork(.second, ["parent": "eth0.50.60"])
        #expect(restarted.driver.registry.networks[.second]?.parent == lab.driver.registry.networks[.first]?.parent)
        try restarted.deleteNetwork(.second)
        #expect(restarted.links == before)
    }

    @Test("A VLAN link stays while a container without a record uses it")
    func vlanUnderContainer() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createEndpoint()
        let link = try lab.join().linkName
        lab.host.takeIntoContainer(link.text)
        var restarted = try DriverFixture(lab.host)
        try restarted.createNetwork(.second, ["parent": "eth0.50"])
        try restarted.deleteNetwork(.second)
        #expect(restarted.links.contains("eth0.50"))
        restarted.host.removeInContainer(link.text)
        for second in [100, 130] { _ = restarted.driver.reconcile(at: .seconds(second), .everywhere) }
        #expect(!restarted.links.contains("eth0.50"))
    }

    @Test("A VLAN link with a foreign upper link stays when its last network is deleted")
    func vlanUnderForeignLink() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.add("shim", kind: .macvlan(.bridge), on: try lab.link("eth0.50").index)
        let before = lab.links
        try lab.deleteNetwork()
        #expect(lab.links == before)
    }

    @Test("A foreign link in place of ours is not touched")
    func replacedByForeignLink() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, [:])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] {
            lab.host.remove(name)
            lab.host.add(name, kind: .dummy)
        }
        try lab.deleteNetwork(.first)
        try lab.deleteNetwork(.second)
        #expect(lab.links.isSuperset(of: ["eth0.50", "sd-2f0e9d8c7b6a"]))
    }

    @Test("A network without a parent gets its own dummy")
    func isolated() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, [:])
        try lab.createNetwork(.second, ["mode": "l2"])
        let dummy = try lab.link("sd-1f0e9d8c7b6a")
        #expect(dummy.kind == .dummy)
        #expect(dummy.owner == .isolatedParent(.first))
        #expect(lab.links == before.union(["sd-1f0e9d8c7b6a", "sd-2f0e9d8c7b6a"]))
        try lab.deleteNetwork(.first)
        try lab.deleteNetwork(.second)
        #expect(lab.links == before)
    }

    @Test(
        "A repeated CreateNetwork changes nothing",
        arguments: [[:], ["parent": "eth0"], ["parent": "eth0.50"], ["parent": "eth0", "mode": "passthru"]])
    func repeated(_ options: [String: String]) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.swarm, options)
        try lab.createEndpoint(in: .swarm)
        try lab.join(in: .swarm)
        let (host, networks, endpoints) = (
            lab.host.visible, lab.driver.registry.networks, lab.driver.registry.endpoints
        )
        try lab.createNetwork(.swarm, options)
        #expect(lab.host.visible == host)
        #expect(lab.driver.registry.networks == networks)
        #expect(lab.driver.registry.endpoints == endpoints)
    }

    @Test("A repeated CreateNetwork recreates a lost parent", arguments: [[:], ["parent": "eth0.50"]])
    func lostParent(_ options: [String: String]) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.swarm, options)
        let name = try #require(lab.driver.registry.networks[.swarm]?.parent.linkName.text)
        lab.host.remove(name)
        try lab.createNetwork(.swarm, options)
        #expect(lab.links.contains(name))
    }

    @Test("CreateNetwork with different settings replaces the network and drops its endpoints")
    func replaced() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.swarm, ["parent": "eth0.50"])
        try lab.createEndpoint(in: .swarm)
        try lab.join(in: .swarm)
        try lab.createNetwork(.swarm, ["parent": "eth1.60", "mode": "l2"])
        #expect(lab.links == before.union(["eth1.60"]))
        #expect(lab.driver.registry.networks[.swarm]?.attachment == .ipvlan(.l2, .bridge))
        #expect(lab.counts == (1, 0))
        try lab.createNetwork(.swarm, [:])
        #expect(lab.links == before.union(["sd-k3xq9v0zt1w8"]))
        try lab.createNetwork(.swarm, ["parent": "eth0"])
        #expect(lab.links == before)
    }

    @Test("CreateNetwork with different settings keeps an unchanged parent")
    func replacedOnSameParent() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.swarm, ["parent": "eth0.50"])
        let vlan = try lab.link("eth0.50")
        try lab.createNetwork(.swarm, ["parent": "eth0.50", "mode": "l3"])
        // At layer 3 the host routes to the containers, and has an address on the link.
        try expect(lab.link("eth0.50"), equals: vlan.with { $0.generatesAddress = true })
    }

    @Test("Deleting an unknown network succeeds and removes its dummy")
    func deleteUnknown() throws {
        var lab = try DriverFixture()
        try lab.deleteNetwork(.third)
        let before = lab.links
        try lab.createNetwork(.first, [:])
        var restarted = try DriverFixture(lab.host)
        try restarted.deleteNetwork(.first)
        #expect(restarted.links == before)
    }

    @Test("Deleting a network deletes its remaining endpoints")
    func deleteWithEndpoints() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        for id in [EndpointID.web, .mail, .dns] {
            try lab.createEndpoint(id)
            try lab.join(id)
        }
        try lab.deleteNetwork(.first)
        #expect(lab.links == before)
        #expect(lab.counts == (0, 0))
        #expect(lab.store.endpoints.isEmpty)
    }

    @Test("A restarted driver knows the stored networks and endpoints")
    func restart() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createEndpoint()
        let store = lab.store
        let state = StoredState(networks: Array(store.networks.values), endpoints: Array(store.endpoints.values))
        var restarted = try DriverFixture(lab.host, state: state)
        #expect(restarted.driver.registry.networks == lab.driver.registry.networks)
        try expect(restarted.join().linkName, equals: "sva0b1c2d3e4f5")
    }

    @Test("A repeated CreateNetwork works while the parent is missing, but not with different settings")
    func storedParentGone() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.swarm, ["parent": "eth0.50"])
        lab.host.remove("eth0")
        for options in [["parent": "eth0.50"], ["parent": "eth0", "vlan": "50"]] {
            try lab.createNetwork(.swarm, options)
        }
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(.swarm, ["parent": "eth0.50", "mode": "private"])
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
        var lab = try DriverFixture()
        for options in [["parent": "eth0.50"], [:]] {
            let request = NetworkRequest(id: .first, options: options)
            try lab.driver.createNetwork(request)
            let removals = try lab.driver.deleteNetwork(.first)
            let removal = try #require(removals.first)
            #expect(throws: DriverError.linkBeingRemoved(removal)) { try lab.driver.createNetwork(request) }
            lab.host.finish(removal)
            try lab.driver.createNetwork(request)
        }
    }

    @Test("CreateNetwork asks for a retry while a renamed link with its VLAN ID is being removed")
    func tagBeingRemoved() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        let removal = try #require(try lab.driver.deleteNetwork(.first).first)
        lab.host.rename("eth0.50", to: "old")
        let request = NetworkRequest(id: .first, options: ["parent": "eth0.50"])
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try lab.driver.createNetwork(request) }
        lab.host.finish(removal)
        try lab.driver.createNetwork(request)
    }

    @Test("Join asks for a retry while the endpoint's previous link is being removed")
    func endpointBeingRemoved() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        let removal = try #require(try lab.driver.deleteEndpoint(.web))
        try lab.createEndpoint()
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try lab.driver.join(.web, network: .first) }
        lab.host.finish(removal)
        _ = try lab.driver.join(.web, network: .first)
    }

    @Test(
        "CreateNetwork asks for a retry while a link that excludes it from the parent is being removed",
        arguments: [("passthru", "passthru"), ("bridge", "l2"), ("l3", "vepa"), ("passthru", "l2"), ("l2", "l3")])
    func parentStillClaimed(_ old: String, _ new: String) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": old])
        try lab.createEndpoint()
        try lab.join()
        let removal = try #require(try lab.driver.deleteEndpoint(.web))
        _ = try lab.driver.deleteNetwork(.first)
        let request = NetworkRequest(id: .second, options: ["parent": "eth0", "mode": new])
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try lab.driver.createNetwork(request) }
        lab.host.finish(removal)
        try lab.driver.createNetwork(request)
        try lab.createEndpoint(.mail, in: .second)
        _ = try lab.driver.join(.mail, network: .second)
    }

    @Test("Join asks for a retry while a passthru network's previous link is being removed")
    func passthruStillTaken() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try lab.createEndpoint()
        try lab.join()
        let removal = try #require(try lab.driver.deleteEndpoint(.web))
        try lab.createEndpoint(.mail)
        #expect(throws: DriverError.linkBeingRemoved(removal)) { try lab.driver.join(.mail, network: .first) }
        lab.host.finish(removal)
        _ = try lab.driver.join(.mail, network: .first)
    }

    @Test("A call succeeds if the link that blocked it disappears before it is named")
    func goneInBetween() throws {
        var lab = try DriverFixture { $0.finishesRemovalsAfterRefusal = true }
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        for id in [EndpointID.web, .mail] {
            try lab.createEndpoint(id)
            _ = try lab.driver.join(id, network: .first)
            _ = try lab.driver.deleteEndpoint(id)
        }
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        _ = try lab.driver.deleteNetwork(.second)
        lab.host.rename("eth0.50", to: "old")
        try lab.driver.createNetwork(NetworkRequest(id: .second, options: ["parent": "eth0.50"]))
        #expect(lab.links.contains("eth0.50"))
    }

    @Test("DeleteEndpoint returns the same removal while its link is being removed")
    func deletedTwice() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        let removal = try #require(try lab.driver.deleteEndpoint(.web))
        try expect(lab.driver.deleteEndpoint(.web), equals: removal)
        lab.host.finish(removal)
        try expect(lab.driver.deleteEndpoint(.web), equals: nil)
    }
}
