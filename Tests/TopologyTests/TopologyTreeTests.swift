import ControlAPI
import Testing

@testable import Topology

@Suite("Topology tree")
struct TopologyTreeTests {
    private let tree = TopologyTree(SampleStatus.document)

    @Test("The roots are the lowest links by name, then the isolated networks; ports of a bond are part of its node")
    func roots() {
        #expect(tree.roots.map(\.title) == ["bond0", "eth0", "eth7", "no NIC"])
        #expect(tree.roots.first?.details == ["bond", "ports eth2"])
        #expect(tree.roots.last?.children.map(\.title) == ["inner"])
        #expect(tree.summary == SampleStatus.document.summary)
    }

    @Test("A link has its networks, its shim and its VLAN sub-interfaces, in this order")
    func children() throws {
        let nic = try #require(tree.roots.first { $0.title == "eth0" })
        #expect(nic.children.map(\.title) == ["lan", "sh-eth0", "eth0.50"])
        #expect(nic.children.map(\.kind) == [.network, .shim, .vlan])
        #expect(nic.children.last?.children.first?.children.map(\.title) == ["nvr"])
    }

    @Test("Missing links, links without carrier, and networks that wait or are blocked are marked")
    func marks() throws {
        let nodes = Dictionary(
            uniqueKeysWithValues: tree.roots.flatMap { [$0] + $0.children }.map { ($0.title, $0) })
        #expect(nodes["eth7"]?.remark == "missing" && nodes["eth7"]?.condition == .failed)
        #expect(nodes["lab"]?.remark == "waiting for eth7" && nodes["lab"]?.condition == .attention)
        #expect(nodes["bond0"]?.remark == "no carrier" && nodes["bond0"]?.condition == .attention)
        #expect(nodes["backup"]?.condition == .failed)
        #expect(nodes["backup"]?.remark == "blocked: another program's link has the name bond0")
        #expect(nodes["lan"]?.condition == .ok)
    }

    @Test("A network names the lowest link below it that is down")
    func down() {
        var status = SampleStatus.document
        status.links[2].isUp = false
        status.links[3].hasCarrier = false
        let nic = TopologyTree(status).roots[1]
        #expect(nic.remark == "down" && nic.children[0].remark == "eth0 is down")
        #expect(nic.children[2].children[0].remark == "eth0 is down")
        #expect(nic.children[2].children[0].condition == .attention)
    }

    @Test("A container whose address another host has is marked, and one that has not started says so")
    func endpoints() {
        var status = SampleStatus.document
        status.networks[0].endpoints = [
            EndpointDocument(
                id: "1", addresses: ["10.0.0.1/24"],
                conflicts: [ConflictDocument(address: "10.0.0.1", macAddress: "02:00:00:00:00:01")]),
            EndpointDocument(id: "2", addresses: [], hasJoined: false),
        ]
        let containers = TopologyTree(status).roots[1].children[0].children
        #expect(containers.map(\.remark) == ["10.0.0.1 is also at 02:00:00:00:00:01", "not started"])
        #expect(containers.map(\.condition) == [.attention, .ok])
    }

    @Test("Links that the document lacks are derived from the networks")
    func derivedLinks() {
        var status = SampleStatus.document
        status.links = []
        status.networks.append(
            SampleStatus.network("f", name: "double", parent: "eth0.7.8", lowest: "eth0", vlans: [7, 8]))
        let roots = TopologyTree(status).roots
        #expect(roots.map(\.title) == ["bond0", "eth0", "eth7", "no NIC"])
        #expect(roots[1].children.map(\.title) == ["lan", "sh-eth0", "eth0.7", "eth0.50"])
        #expect(roots[1].children[2].children.map(\.title) == ["eth0.7.8"])
        #expect(roots[1].children[2].children[0].children.map(\.title) == ["double"])
        #expect(roots[2].remark == "missing")
    }

    @Test("Links below each other in a circle end, and are all there")
    func circle() {
        let links = [
            LinkDocument(name: "one", role: .host, lower: "two"), LinkDocument(name: "two", role: .host, lower: "one"),
        ]
        let roots = TopologyTree(StatusDocument(links: links)).roots
        #expect(roots.flatMap { [$0] + $0.children }.map(\.title).sorted() == ["one", "two"])
    }

    @Test("Numbers in names are sorted by value", arguments: [("eth2", "eth10"), ("eth01", "eth2"), ("a", "a1")])
    func order(first: String, second: String) {
        #expect(NaturalKey(first) < NaturalKey(second))
    }
}

@Suite("Topology limits")
struct TopologyLimitsTests {
    /// A NIC with many VLANs, each with a network of many containers; one network, near the end, waits.
    private static let status = {
        let containers = (1...220).map { ("c\($0)", ["10.0.0.\($0)/24"]) }
        return StatusDocument(
            networks: (1...100).map { number in
                SampleStatus.network(
                    "n", name: "net\(number)", parent: "eth0.\(number)", lowest: "eth0", vlans: [number],
                    containers: containers, state: number == 97 ? .init(.waiting, link: "eth0.97") : .init(.ok))
            })
    }()

    @Test("Long lists are shortened, and a node counts what is left out")
    func shortened() throws {
        let tree = TopologyTree(Self.status)
        let nic = try #require(tree.roots.first)
        #expect(tree.isShortened)
        #expect(nic.children.count == TopologyLimits.standard.links + 1)
        #expect(nic.children.last?.title == "and 76 more VLANs")
        #expect(nic.children[0].children[0].children.last?.title == "and 212 more containers")
        #expect(nic.children[0].children[0].children.first?.title == "c1")
    }

    @Test("What is not ok is left out last, and counted if it is")
    func problems() throws {
        let nic = try #require(TopologyTree(Self.status).roots.first)
        #expect(nic.children.contains { $0.title == "eth0.97" })
        let none = TopologyTree(Self.status, limits: TopologyLimits(containers: 1, networks: 1, links: 0))
        #expect(none.roots[0].children.map(\.title) == ["and 100 more VLANs"])
        #expect(none.roots[0].children[0].remark == "1 of them not ok")
        #expect(none.roots[0].children[0].condition == .failed)
    }

    @Test("Without limits everything is shown")
    func full() {
        let tree = TopologyTree(Self.status, limits: nil)
        #expect(!tree.isShortened)
        #expect(tree.roots[0].children.count == 100)
        #expect(tree.roots[0].children[0].children[0].children.count == 220)
    }
}
