import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Parents")
struct ParentTests {
    private static let mistakes: [(parent: String, message: String)] = [
        (
            "nosuch",
            """
            parent=nosuch: there is no link "nosuch" on this host; name one that `ip link` shows, or LINK.VID \
            for a VLAN on it, such as eth0.50
            """
        ),
        ("eht0", #"parent=eht0: there is no link "eht0" on this host; did you mean parent=eth0?"#),
        (
            "a-name-of-seventeen",
            """
            parent=a-name-of-seventeen: there is no link "a-name-of-seventeen" on this host; name one that `ip \
            link` shows, or LINK.VID for a VLAN on it, such as eth0.50
            """
        ),
        ("eth0.5000", "parent=eth0.5000: 5000 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        ("eth0.4095", "parent=eth0.4095: 4095 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        ("eth0.0", "parent=eth0.0: 0 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        ("eth0.050", "parent=eth0.050: 050 is not a VLAN ID; write 50, without leading zeros"),
        ("eth0.0000", "parent=eth0.0000: 0000 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        ("eth0.", #"parent=eth0.: there is no link "eth0." on this host; did you mean parent=eth0?"#),
        (
            "eth0.50.60.70",
            """
            parent=eth0.50.60.70: there is no link "eth0.50.60.70" on this host, and it names 3 VLAN tags on "eth0"; \
            use at most 2, as in parent=eth0.60.70
            """
        ),
        (
            "nosuch.1.2.3.4",
            """
            parent=nosuch.1.2.3.4: there is no link "nosuch" on this host to carry the VLAN; name one that `ip link` \
            shows
            """
        ),
        (
            "ethx.1.2.3",
            #"parent=ethx.1.2.3: there is no link "ethx" on this host to carry the VLAN; did you mean eth0?"#
        ),
        ("eth0.99999999", "parent=eth0.99999999: 99999999 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        (
            "ethx.50",
            #"parent=ethx.50: there is no link "ethx" on this host to carry the VLAN; did you mean eth0?"#
        ),
        (
            "nosuch.50",
            """
            parent=nosuch.50: there is no link "nosuch" on this host to carry the VLAN; name one that `ip link` \
            shows
            """
        ),
        (
            "nosuch.10.20",
            """
            parent=nosuch.10.20: there is no link "nosuch" on this host to carry the VLAN; name one that `ip link` \
            shows
            """
        ),
        ("eth0.10.5000", "parent=eth0.10.5000: 5000 is not a VLAN ID; use 1 to 4094, as in parent=eth0.50"),
        (
            "guests.10.20",
            "parent=guests.10.20: this makes 3 VLAN tags, and swiftvlan supports 2; use a parent with fewer VLANs"
        ),
        (
            "wg0",
            """
            parent=wg0: link "wg0" carries no Ethernet frames, which the kernel requires of a parent; name an Ethernet \
            link, a bridge, a bond or a VLAN
            """
        ),
        (
            "shim",
            """
            parent=shim: "shim" is a macvlan link (bridge) itself, and the kernel would put the network's links on its \
            parent "eth1"; use parent=eth1
            """
        ),
        (
            "eth0.7",
            #"parent=eth0.7: VLAN 7 on "eth0" already exists as link "guests"; use parent=guests"#
        ),
        ("lo", "parent=lo: the loopback cannot be a parent; name a link that leads out of the host"),
        ("lo.5", "parent=lo.5: the loopback cannot be a parent; name a link that leads out of the host"),
        (
            "eth2",
            """
            parent=eth2: "eth2" is a port of the bridge "br0", which takes all its packets except those of VLANs on \
            it; use parent=br0, or a VLAN on eth2 as in parent=eth2.50
            """
        ),
        (
            "eth3",
            #"parent=eth3: "eth3" is a port of the bond "bond0", which takes all its packets; use parent=bond0"#
        ),
        (
            "eth5",
            #"parent=eth5: "eth5" is a port of the team "team0", which takes all its packets; use parent=team0"#
        ),
        (
            "cloud",
            """
            parent=cloud: "cloud" is an ipvlan link (l2) itself, and the kernel would put the network's links on its \
            parent "eth4"; use parent=eth4
            """
        ),
        (
            "eth3.50",
            """
            parent=eth3.50: "eth3" is a port of the bond "bond0", which receives packets on all its ports, so a VLAN \
            on one of them would miss some; use parent=bond0.50
            """
        ),
    ]

    @Test("An invalid parent is refused with a hint", arguments: mistakes)
    func refusals(_ parent: String, _ message: String) throws {
        let fixture = try DriverFixture {
            $0.add("wg0", kind: .other("wireguard"), isEthernet: false)
            let eth1 = $0.link(named: "eth1")
            $0.add("shim", kind: .macvlan(.bridge), on: eth1?.index)
            $0.add("cloud", kind: .ipvlan(.l2, .bridge), on: $0.link(named: "eth4")?.index)
        }
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.createNetwork(.first, ["parent": parent]) },
            equals: message)
    }

    @Test("An existing link is used as the parent unchanged", arguments: ["eth0", "br0", "bond0", "eth4"])
    func existing(_ name: String) throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": name])
        #expect(fixture.driver.registry.networks[.first]?.parent == .existing(LinkName(stringLiteral: name)))
        #expect(fixture.links == before)
    }

    @Test("A hint never suggests the loopback or our own links")
    func proposals() throws {
        let fixture = try DriverFixture { $0.add("sv0000", kind: .macvlan(.bridge), owner: .endpoint(.web)) }
        for parent in ["lp", "sv000"] {
            #expect(
                try fixture.refusal { fixture throws(DriverError) in
                    try fixture.createNetwork(.first, ["parent": parent])
                }
                .hasSuffix("such as eth0.50"))
        }
    }

    @Test("A link of ours that serves one network or container is refused as a parent")
    func ownLink() throws {
        let fixture = try DriverFixture {
            $0.add("sv0000", kind: .macvlan(.bridge), owner: .endpoint(.web))
            $0.add("sd-0000", kind: .dummy, owner: .isolatedParent(.second))
        }
        for parent in ["sv0000", "sd-0000"] {
            try expect(
                fixture.refusal { fixture throws(DriverError) in try fixture.createNetwork(.first, ["parent": parent])
                },
                equals: """
                    parent=\(parent): swiftvlan created this link for another network or for a container and removes \
                    it with them; name a link of the host
                    """)
        }
    }

    @Test("A VLAN link is created on the link named before the last dot")
    func newVLAN() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "lan.1.50"])
        let vlan = try fixture.link("lan.1.50")
        #expect(vlan.kind == .vlan(50))
        #expect(vlan.lowerIndex == (try fixture.link("lan.1").index))
        #expect(vlan.owner == .vlan)
    }

    @Test(
        "A VLAN on a link whose packets already carry two tags is refused",
        arguments: [["parent": "double.60"], ["parent": "double", "vlan": "60"]])
    func threeTags(_ options: [String: String]) throws {
        let fixture = try DriverFixture {
            let outer = $0.add("single", kind: .vlan(100), on: $0.link(named: "eth0")?.index)
            $0.add("double", kind: .vlan(50), on: outer.index)
        }
        let refusal = try fixture.networkRefusal(options)
        #expect(refusal.hasSuffix(": this makes 3 VLAN tags, and swiftvlan supports 2; use a parent with fewer VLANs"))
    }

    @Test("A repeated request for a network of an earlier version, whose packets carry three tags, changes nothing")
    func threeTagsOfEarlierVersion() throws {
        let options = ["parent": "double", "vlan": "60"]
        var former = try DriverFixture { $0.add("double", kind: .vlan(50), on: $0.link(named: "eth0")?.index) }
        try former.createNetwork(.first, options)
        let network = try #require(former.driver.registry.networks[.first])

        var fixture = try DriverFixture(state: StoredState(networks: [network]))
        let outer = fixture.host.add("single", kind: .vlan(100), on: try fixture.link("eth0").index)
        fixture.host.add("double", kind: .vlan(50), on: outer.index)
        try fixture.createNetwork(.first, options)
        #expect(fixture.driver.registry.networks == [.first: network])
        #expect(fixture.links.contains("double.60"))
    }

    @Test("A link of exactly the named parent is used, however many VLAN IDs its name ends with")
    func nameWithManyDots() throws {
        var fixture = try DriverFixture { $0.add("eth0.50.60.70", kind: .dummy) }
        try fixture.createNetwork(.first, ["parent": "eth0.50.60.70"])
        #expect(fixture.driver.registry.networks[.first]?.parent == .existing("eth0.50.60.70"))
    }

    @Test("An existing link whose name matches a VLAN is used, whatever its kind")
    func namedLikeVLAN() throws {
        var fixture = try DriverFixture { $0.add("eth0.50", kind: .dummy) }
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "lan.1"])
        #expect(fixture.driver.registry.networks[.first]?.parent == .existing("eth0.50"))
        #expect(fixture.driver.registry.networks[.second]?.parent == .existing("lan.1"))
        #expect(fixture.links == before)
    }

    @Test("An administrator's VLAN link is used under its own name and kept")
    func administratorsVLAN() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "guests"])
        try fixture.deleteNetwork()
        #expect(fixture.links.contains("guests"))
    }

    @Test("A VLAN on one of our VLAN links keeps it until the last network is deleted")
    func nestedVLAN() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.10"])
        try fixture.createNetwork(.second, ["parent": "eth0.10.20"])
        #expect(fixture.links == before.union(["eth0.10", "eth0.10.20"]))
        try fixture.deleteNetwork(.first)
        #expect(fixture.links == before.union(["eth0.10", "eth0.10.20"]))
        try fixture.deleteNetwork(.second)
        #expect(fixture.links == before)
    }

    @Test("A kernel without VLAN support gives an error that names the missing module")
    func kindNotSupported() throws {
        let error = DriverError.kindNotSupported(module: "8021q", message: "create vlan link: Operation not supported")
        let start = #"create vlan link: Operation not supported; this kernel does not have the module "8021q": install"#
        #expect(error.description.hasPrefix(start))
        #expect(error.description.contains("Ubuntu: linux-modules-extra-$(uname -r)"))
        #expect(error.description.hasSuffix("and run `modprobe 8021q`"))
    }
}

@Suite("Networks that share a parent")
struct SharingTests {
    @Test(
        "Networks share a parent if the kernel allows it",
        arguments: [
            ("bridge", "bridge"), ("bridge", "vepa"), ("private", "bridge"), ("l2", "l2"), ("l3s", "l3s"),
        ])
    func allowed(_ first: String, _ second: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": first])
        try fixture.createNetwork(.second, ["parent": "eth0", "mode": second])
        #expect(fixture.counts.networks == 2)
    }

    private static let conflicts: [(first: [String: String], second: [String: String], message: String)] = [
        (
            ["mode": "bridge"], ["mode": "l2"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for macvlan bridge, and the kernel does not let ipvlan \
            share a parent with macvlan; use another parent, or macvlan here too
            """
        ),
        (
            ["mode": "l3", "ipvlan_flag": "vepa"], ["mode": "bridge"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for ipvlan l3 (vepa), and the kernel does not let macvlan \
            share a parent with ipvlan; use another parent, or ipvlan here too
            """
        ),
        (
            ["mode": "l2"], ["mode": "l3"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for ipvlan l2, and the kernel has one ipvlan mode and flag \
            for all networks of a parent, which ipvlan l3 would change; use the same mode and flag, or another parent
            """
        ),
        (
            ["mode": "l2"], ["ipvlan_flag": "private"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for ipvlan l2, and the kernel has one ipvlan mode and flag \
            for all networks of a parent, which ipvlan l2 (private) would change; use the same mode and flag, or \
            another parent
            """
        ),
        (
            ["mode": "passthru"], ["mode": "bridge"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for macvlan passthru, and macvlan passthru does not share its \
            parent; use another parent
            """
        ),
        (
            ["mode": "l2"], ["mode": "passthru"],
            """
            parent=eth0: network 1f0e9d8c7b6a uses it for ipvlan l2, and macvlan passthru does not share its parent; \
            use another parent
            """
        ),
    ]

    @Test(
        "Networks that the kernel cannot combine on a parent are refused with the other network's name",
        arguments: conflicts)
    func refused(_ first: [String: String], _ second: [String: String], _ message: String) throws {
        var fixture = try DriverFixture()
        let parent = ["parent": "eth0"]
        try fixture.createNetwork(.first, parent.merging(first) { $1 })
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.second, parent.merging(second) { $1 })
            }, equals: message + DriverFixture.adviceToForgetFirst)
        try fixture.createNetwork(.second, ["parent": "eth1"].merging(second) { $1 })
    }

    private static let foreign: [(kind: HostLinkKind, mode: String, what: String)] = [
        (.macvlan(.bridge), "l2", "a macvlan link (bridge)"),
        (.ipvlan(.l2, .bridge), "bridge", "an ipvlan link (l2)"),
        (.ipvlan(.l2, .bridge), "l3", "an ipvlan link (l2)"),
        (.ipvlan(.l2, .private), "l2", "an ipvlan link (l2)"),
        (.macvlan(.passthru), "bridge", "a macvlan link (passthru)"),
        (.macvlan(.bridge), "passthru", "a macvlan link (bridge)"),
    ]

    @Test("A foreign link that excludes the network from the parent is named, even in a container", arguments: foreign)
    func foreignUpperLinks(_ kind: HostLinkKind, _ mode: String, _ what: String) throws {
        var fixture = try DriverFixture { host in
            host.add("theirs", kind: kind, on: host.link(named: "eth0")?.index)
        }
        let options = ["parent": "eth0", "mode": mode]
        let refusal = try fixture.networkRefusal(options)
        #expect(refusal.hasPrefix("parent=eth0: link \"theirs\" is \(what) on it that belongs to no swiftvlan network"))
        #expect(refusal.hasSuffix("share a parent with it; remove it or use another parent"))
        fixture.host.takeIntoContainer("theirs")
        let elsewhere = try fixture.networkRefusal(options)
        #expect(elsewhere.contains("in another network namespace, such as a container's, is"))
        try fixture.createNetwork(.first, ["parent": "eth1", "mode": mode])
    }

    @Test("A foreign link compatible with the network does not block the parent")
    func foreignOfSameKind() throws {
        var fixture = try DriverFixture { host in
            host.add("theirs", kind: .ipvlan(.l3, .vepa), on: host.link(named: "eth0")?.index)
            host.add("others", kind: .macvlan(.vepa), on: host.link(named: "eth1")?.index)
        }
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "ipvlan_flag": "vepa"])
        try fixture.createNetwork(.second, ["parent": "eth1"])
        #expect(fixture.counts == (2, 0))
    }

    @Test("Containers of an unknown network block the parent like foreign links")
    func formerRun() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l2"])
        try fixture.createEndpoint()
        try fixture.join()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        let restarted = try DriverFixture(fixture.host)
        #expect(
            try restarted.networkRefusal(["parent": "eth0", "mode": "l3"]).contains("is an ipvlan link (l2) on it"))
    }

    @Test("The same network is named each time when several block the parent")
    func severalInTheWay() throws {
        var fixture = try DriverFixture()
        for id in [NetworkID.third, .first, .second] { try fixture.createNetwork(id) }
        #expect(
            try fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.swarm, ["parent": "eth0", "mode": "l2"])
            }.contains("network 1f0e9d8c7b6a"))
    }
}
