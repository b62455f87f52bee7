import ControlAPI
import Testing

@testable import swiftvlan

@Suite("The text of status and inspect")
struct StatusTextTests {
    private static func id(_ start: String) -> String { start + String(repeating: "0", count: 64 - start.count) }

    private static let document = StatusDocument(
        daemon: DaemonDocument(version: "1.2.3", startedAt: 0, processID: 812, canUseLAN: true),
        summary: "4 networks",
        networks: [
            NetworkDocument(
                id: id("a1"), name: "lan", kind: "macvlan", mode: "bridge", parent: "eth0", lowestLink: "eth0",
                subnets: [SubnetDocument(subnet: "192.168.1.0/24", gateway: "192.168.1.1")],
                hostAccess: HostAccessDocument(
                    addresses: ["192.168.1.2"], shim: "sh-eth0",
                    routes: [
                        HostRouteDocument(destination: "192.168.1.10/32", link: "sh-eth0", source: "192.168.1.2"),
                        HostRouteDocument(destination: "192.168.1.11/32", link: "sh-eth0", source: "192.168.1.2"),
                        HostRouteDocument(destination: "fd00::a/128", link: "sh-eth0"),
                    ]),
                endpoints: [
                    EndpointDocument(
                        id: id("e1"), container: "web", addresses: ["192.168.1.10/24"], macAddress: "02:00:00:00:00:01",
                        conflicts: [ConflictDocument(address: "192.168.1.10", macAddress: "02:00:00:00:00:aa")])
                ]),
            NetworkDocument(
                id: id("b2"), kind: "ipvlan", mode: "l3", flag: "vepa", parent: "eth0.50", lowestLink: "eth0",
                vlans: [50], isInternal: true,
                subnets: [
                    SubnetDocument(subnet: "10.50.0.0/24", gateway: "10.50.0.1"),
                    SubnetDocument(subnet: "2001:db8:1234:5678::/64"),
                ],
                hostRoutes: [
                    HostRouteDocument(destination: "10.50.0.0/24", link: "eth0.50"),
                    HostRouteDocument(destination: "2001:db8:1234:5678::/64"),
                ]),
            NetworkDocument(
                id: id("c3"), name: "caf\u{E9}\u{1B}[31m", kind: "macvlan", mode: "bridge", parent: "eth1",
                lowestLink: "eth1", state: NetworkStateDocument(.waiting, link: "eth1")),
            NetworkDocument(
                id: id("d4"), name: "dark", kind: "macvlan", mode: "bridge", parent: "sd-d4", isInternal: true,
                state: NetworkStateDocument(.blocked, reason: "the kernel refuses it")),
        ],
        links: [
            LinkDocument(name: "eth0", role: .host, mtu: 1500, macAddress: "02:00:00:00:00:02"),
            LinkDocument(
                name: "eth0.50", role: .vlan, kind: "vlan", hasCarrier: false, mtu: 1496, lower: "eth0", vlan: 50),
            LinkDocument(name: "eth1", role: .host, exists: false, isUp: false, hasCarrier: false),
            LinkDocument(name: "sd-d4", role: .isolated, kind: "dummy"),
            LinkDocument(name: "sh-eth0", role: .shim, kind: "macvlan", lower: "eth0", addresses: ["192.168.1.2"]),
        ], unreadable: ["network f00000000000 cannot be used: it is damaged"])

    private static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") }

    @Test("Networks are shown below their lowest links, with routes, problems, and names that control no terminal")
    func groups() {
        let lines = StatusText(Self.document, usesColor: false).lines(isFull: false)
        #expect(
            Self.text(lines) == #"""
                4 networks, 1 endpoint, 1 waiting for eth1, 1 with no carrier on eth0.50, 1 blocked, 1 unreadable  (swiftvlan 1.2.3, process 812)

                eth0  NIC, up, MTU 1500
                  NETWORK       PARENT   VLAN  KIND                        SUBNETS                  ENDPOINTS  STATE
                  lan           eth0     -     macvlan bridge              192.168.1.0/24           1          ok, address conflict
                    conflict: 192.168.1.10 of web is also at 02:00:00:00:00:aa
                    host access over sh-eth0, from 192.168.1.2 to 192.168.1.10, 192.168.1.11; to fd00::a
                  b20000000000  eth0.50  50    ipvlan l3 (vepa), internal  10.50.0.0/24             0          eth0.50 has no carrier
                                                                           2001:db8:1234:5678::/64
                    host route 10.50.0.0/24 over eth0.50
                    host route 2001:db8:1234:5678::/64 is missing

                eth1  missing
                  NETWORK       PARENT   VLAN  KIND                        SUBNETS                  ENDPOINTS  STATE
                  café\x1b[31m  eth1     -     macvlan bridge              -                        0          waiting for eth1

                isolated
                  NETWORK       PARENT   VLAN  KIND                        SUBNETS                  ENDPOINTS  STATE
                  dark          sd-d4    -     macvlan bridge, internal    -                        0          blocked
                    blocked: the kernel refuses it

                network f00000000000 cannot be used: it is damaged
                """#)
    }

    @Test("Without a daemon, the first line says so, and without networks, the text says how to create one")
    func empty() {
        let lines = StatusText(StatusDocument(), usesColor: false).lines(isFull: false)
        #expect(lines.first == "0 networks, 0 endpoints  (the daemon is not running)")
        #expect(lines.last?.contains("docker network create -d swiftvlan") == true)
    }

    @Test("Colors change nothing but the style of the text")
    func colors() {
        let plain = StatusText(Self.document, usesColor: false).lines(isFull: true)
        let colored = StatusText(Self.document, usesColor: true).lines(isFull: true)
        #expect(colored != plain)
        #expect(colored.map(Self.withoutStyles) == plain)
    }

    private static func withoutStyles(_ line: String) -> String {
        line.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated().map { number, part in
            number == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst())
        }.joined()
    }

    @Test("Many networks are counted by link, and those that are not ok have rows of their own")
    func many() {
        let networks = (0..<3000).map { number in
            NetworkDocument(
                id: Self.id("\(100_000 + number)"), kind: "macvlan", mode: "bridge",
                parent: "eth\(number % 2).\(number)", lowestLink: "eth\(number % 2)", vlans: [number],
                state: number == 7 ? NetworkStateDocument(.blocked, reason: "no") : NetworkStateDocument(.ok))
        }
        let text = StatusText(StatusDocument(networks: networks), usesColor: false)
        #expect(
            Self.text(text.lines(isFull: false)) == """
                3000 networks, 0 endpoints, 1 blocked  (the daemon is not running)

                LINK  NETWORKS  VLANS  ENDPOINTS  STATE
                eth0  1500      1500   0          ok
                eth1  1500      1500   0          1 blocked

                Not ok:
                NETWORK       PARENT  VLAN  KIND            SUBNETS  ENDPOINTS  STATE
                100007000000  eth1.7  7     macvlan bridge  -        0          blocked
                  blocked: no

                All networks: swiftvlan status --all
                """)
        let words = Set(text.lines(isFull: true).flatMap { $0.split(separator: " ") })
        #expect(networks.allSatisfy { words.contains($0.parent[...]) })
    }

    @Test("Many links are counted, and only those with a network that is not ok have lines of their own")
    func manyLinks() {
        let networks = (0..<100).map { number in
            NetworkDocument(
                id: Self.id("\(100_000 + number)"), kind: "macvlan", mode: "bridge", parent: "nic\(number)",
                lowestLink: "nic\(number)",
                state: number == 7 ? NetworkStateDocument(.waiting, link: "nic7") : NetworkStateDocument(.ok))
        }
        let lines = StatusText(StatusDocument(networks: networks), usesColor: false).lines(isFull: false)
        #expect(lines.contains("All networks on the other 99 links are ok."))
        #expect(lines.contains { $0.hasPrefix("nic7 ") } && !lines.contains { $0.hasPrefix("nic8 ") })
    }

    @Test("Wide and combining characters take their columns")
    func width() {
        #expect(Terminal.width(of: "網路") == 4)
        #expect(Terminal.width(of: "e\u{301}") == 1)
        #expect(Terminal.escaped("a\u{202E}b\u{7}") == "a\\u{202e}b\\x07")
    }

    @Test("A network on a link that is down names the lowest such link, also among many networks")
    func down() {
        var document = Self.document
        document.links[0].isUp = false
        let text = Self.text(StatusText(document, usesColor: false).lines(isFull: true))
        #expect(text.hasPrefix("4 networks, 1 endpoint, 1 waiting for eth1, 2 with eth0 down, 1 blocked"))
        #expect(text.contains("  eth0 is down, address conflict\n") && text.contains("  eth0 is down\n"))
        document.networks += (0..<50).map { number in
            NetworkDocument(
                id: Self.id("f\(number)"), kind: "macvlan", mode: "bridge", parent: "eth0", lowestLink: "eth0")
        }
        let lines = StatusText(document, usesColor: false).lines(isFull: false)
        #expect(lines.contains { $0.hasPrefix("f49") && $0.hasSuffix("eth0 is down") })
    }

    @Test("Host access without containers says so")
    func noContainers() {
        var document = Self.document
        document.networks[0].hostAccess?.routes = []
        let lines = StatusText(document, usesColor: false).lines(isFull: true)
        #expect(lines.contains("    host access over sh-eth0, no containers"))
    }

    // MARK: inspect

    @Test(
        "A name, or a prefix that means only one, is found",
        arguments: [
            ("lan", "network lan (a10000000000)"), ("b2", "network b20000000000"), ("web", "endpoint e10000000000"),
            ("e1", "endpoint e10000000000"), ("sh-eth0", "link sh-eth0"), ("eth0", "link eth0"),
        ])
    func find(_ text: String, _ title: String) throws {
        #expect(try InspectTarget.find(text, in: Self.document).title.hasPrefix(title))
    }

    @Test("A prefix that means several lists them")
    func ambiguous() {
        var document = Self.document
        document.networks[1].id = Self.id("a2")
        let error = #expect(throws: ControlError.self) { try InspectTarget.find("a", in: document) }
        #expect(
            error?.description
                == "\"a\" matches several: network a20000000000, network lan (a10000000000); use more of an identifier")
    }

    @Test("A name that is both a network's and a link's lists them")
    func twice() {
        var document = Self.document
        document.networks[0].name = "eth0"
        let error = #expect(throws: ControlError.self) { try InspectTarget.find("eth0", in: document) }
        #expect(error?.description.contains("link eth0, network eth0") == true)
    }

    @Test("An unknown name names the nearest one, and the reason of an unreadable network is its answer")
    func unknown() {
        let misspelled = #expect(throws: ControlError.self) { try InspectTarget.find("eht0", in: Self.document) }
        #expect(misspelled?.description.hasSuffix("did you mean eth0?") == true)
        let unreadable = #expect(throws: ControlError.self) {
            try InspectTarget.find("f00000000000", in: Self.document)
        }
        #expect(unreadable?.description == "network f00000000000 cannot be used: it is damaged")
        #expect(throws: ControlError.self) { try InspectTarget.find("", in: Self.document) }
    }

    @Test("A network is inspected with the links below it, and a link with the networks on it")
    func inspect() throws {
        let network = try InspectTarget.find("b2", in: Self.document)
        #expect(
            Self.text(InspectText(Self.document, usesColor: false).lines(about: network)) == """
                network b20000000000
                  Identifier   \(Self.id("b2"))
                  State        eth0.50 has no carrier
                  Kind         ipvlan l3 (vepa)
                  Internal     yes
                  Links        eth0.50: vlan, VLAN 50, up without carrier, MTU 1496
                               eth0: NIC, up, MTU 1500
                  VLAN         50
                  Subnets      10.50.0.0/24
                               2001:db8:1234:5678::/64
                  Host routes  10.50.0.0/24 over eth0.50
                               2001:db8:1234:5678::/64 is missing
                  Endpoints    -
                """)
        let link = try InspectTarget.find("eth0", in: Self.document)
        let lines = InspectText(Self.document, usesColor: false).lines(about: link)
        #expect(
            lines.suffix(2) == [
                "  Networks     lan (eth0): ok", "               b20000000000 (eth0.50): eth0.50 has no carrier",
            ])
        #expect(link.part(of: Self.document).networks.map(\.label) == ["lan", "b20000000000"])
        #expect(network.part(of: Self.document).links.map(\.name) == ["eth0", "eth0.50"])
    }

    @Test("A host route is shown with its VRF or its table")
    func routesInVRFs() throws {
        var document = Self.document
        document.networks[1].hostRoutes = [
            HostRouteDocument(destination: "10.30.1.5/32", link: "eth0.50", table: 10, vrf: "red"),
            HostRouteDocument(destination: "fd30::5/128", table: 10, vrf: "red"),
            HostRouteDocument(destination: "10.30.1.6/32", link: "eth0.50", table: 20),
        ]
        let words = [
            "10.30.1.5 in VRF red over eth0.50", "fd30::5 in VRF red is missing", "10.30.1.6 in table 20 over eth0.50",
        ]
        let status = StatusText(document, usesColor: false).lines(isFull: false)
        let inspected = InspectText(document, usesColor: false).lines(
            about: try InspectTarget.find("b2", in: document))
        for text in words {
            #expect(status.contains { $0.hasSuffix("host route \(text)") })
            #expect(inspected.contains { $0.hasSuffix(text) })
        }
    }

    @Test("Present routes to more than three addresses are one line, and missing ones a line each")
    func manyRoutes() throws {
        var document = Self.document
        document.networks[1].hostRoutes =
            (1...4).map { HostRouteDocument(destination: "10.30.1.\($0)/32", link: "eth0.50") }
            + (5...6).map { HostRouteDocument(destination: "10.30.1.\($0)/32") }
        let lines = StatusText(document, usesColor: false).lines(isFull: false).filter { $0.contains("host route") }
        let texts = lines.map { $0.drop { $0 == " " } }
        #expect(
            texts.suffix(3) == [
                "host routes to 4 addresses over eth0.50", "host route 10.30.1.5 is missing",
                "host route 10.30.1.6 is missing",
            ])
    }

    @Test("An endpoint is inspected with its container, its network and its conflicts")
    func inspectEndpoint() throws {
        let endpoint = try InspectTarget.find("web", in: Self.document)
        let lines = InspectText(Self.document, usesColor: false).lines(about: endpoint)
        #expect(lines.first == "endpoint web in network lan")
        #expect(lines.contains("  Conflicts           192.168.1.10 is also at 02:00:00:00:00:aa"))
    }
}
