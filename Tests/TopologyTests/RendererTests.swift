import ControlAPI
import Foundation
import FoundationXML
import Testing

@testable import Topology

@Suite("Terminal tree")
struct TerminalTopologyTests {
    @Test("The tree shows links, networks and containers, and what is wrong")
    func lines() {
        let text = TerminalTopology(TopologyTree(SampleStatus.document)).lines.joined(separator: "\n")
        #expect(
            text == """
                bond0  bond, ports eth2, no carrier
                └─ backup  macvlan bridge, 10.9.0.0/24, blocked: another program's link has the name bond0
                eth0  NIC, MTU 1500
                ├─ lan  macvlan bridge, 192.168.1.0/24
                │  ├─ web  192.168.1.10
                │  └─ db  192.168.1.11, fd00::11
                ├─ sh-eth0  host access, 192.168.1.2
                └─ eth0.50  VLAN 50
                   └─ cameras  ipvlan l3, 10.50.0.0/24
                      └─ nvr  10.50.0.4
                eth7  missing
                └─ lab  macvlan bridge, 10.8.0.0/24, waiting for eth7
                no NIC  isolated
                └─ inner  macvlan bridge, 10.7.0.0/24
                """)
    }

    @Test("Without UTF-8 the branches are ASCII")
    func ascii() {
        let lines = TerminalTopology(TopologyTree(SampleStatus.document), isASCII: true).lines
        #expect(lines.joined().utf8.allSatisfy { $0 < 0x80 })
        #expect(lines[1].hasPrefix("`- backup"))
        #expect(lines[4].hasPrefix("|  |- web"))
    }

    @Test("Every name and detail passes through the closure that escapes it")
    func escaped() {
        let topology = TerminalTopology(TopologyTree(SampleStatus.hostileDocument)) { text, part in
            part == .branch ? text : "safe"
        }
        #expect(!topology.lines.joined().contains("script"))
    }
}

@Suite("Mermaid chart")
struct MermaidTopologyTests {
    @Test("The chart has a box for each link and network, and one for the containers of a network")
    func chart() {
        var status = SampleStatus.document
        status.networks = Array(status.networks[..<1]) + Array(status.networks[3...3])
        status.links = status.links.filter { $0.name == "eth0" || $0.name == "eth7" }
        #expect(
            MermaidTopology.text(TopologyTree(status)) == """
                flowchart LR
                    n0["eth0<br>NIC<br>MTU 1500"]
                    n1["lan<br>macvlan bridge<br>192.168.1.0/24"]
                    n0 --- n1
                    n2("web 192.168.1.10<br>db 192.168.1.11 fd00::11")
                    n1 --- n2
                    n3["sh-eth0<br>host access"]
                    n0 --- n3
                    n4["eth7<br>missing"]
                    n5["lab<br>macvlan bridge<br>10.8.0.0/24<br>waiting for eth7"]
                    n4 --- n5
                    classDef attention stroke:#b45309,stroke-width:2px,stroke-dasharray:5 3
                    class n5 attention
                    classDef failed stroke:#b91c1c,stroke-width:2px,stroke-dasharray:5 3
                    class n4 failed

                """)
    }

    @Test("Characters with a meaning in Mermaid, Markdown and HTML become entity codes")
    func escaped() {
        #expect(MermaidTopology.escaped("<a>\"`#;_*") == "#60;a#62;#34;#96;#35;#59;#95;#42;")
        #expect(MermaidTopology.escaped("demo_café (1) _x_ a__b") == "demo_café (1) #95;x#95; a#95;#95;b")
        let text = MermaidTopology.text(TopologyTree(SampleStatus.hostileDocument))
        for line in text.split(separator: "\n") {
            #expect(!line.contains("<script") && line.count { $0 == "\"" }.isMultiple(of: 2), "\(line)")
        }
    }
}

@Suite("SVG picture")
struct SVGTopologyTests {
    @Test("The picture is well-formed XML and shows every link, network and container")
    func content() throws {
        let texts = try XMLTexts.of(SVGTopology.text(TopologyTree(SampleStatus.document)))
        for word in ["bond0", "eth0", "eth0.50", "sh-eth0", "lan", "web", "192.168.1.11, fd00::11", "inner", "VLAN 50"]
        {
            #expect(texts.contains(word), "\(word)")
        }
        #expect(texts.contains("waiting for eth7"))
        #expect(texts.contains(SampleStatus.document.summary))
    }

    @Test("Names with markup are text, and characters that XML forbids are replaced")
    func escaped() throws {
        let text = SVGTopology.text(TopologyTree(SampleStatus.hostileDocument))
        #expect(!text.contains("<script"))
        let texts = try XMLTexts.of(text)
        let shown = SampleStatus.hostile.replacingOccurrences(of: "\u{1B}", with: "\u{FFFD}")
            .replacingOccurrences(of: "\u{202E}", with: "\u{FFFD}")
        #expect(texts.contains(shown))
        #expect(texts.contains("\(shown), \(shown)"))
    }

    @Test("Boxes do not overlap, stay in the picture, and are as wide as their text")
    func layout() {
        let layout = SVGLayout(TopologyTree(SampleStatus.document))
        for column in layout.columns.indices {
            let boxes = layout.boxes.filter { $0.column == column }.sorted { $0.y < $1.y }
            for (one, other) in zip(boxes, boxes.dropFirst()) { #expect(one.y + one.height < other.y) }
        }
        for box in layout.boxes { #expect(box.y + box.height <= layout.height) }
        #expect(layout.columns.map(\.title) == ["NIC", "VLAN", "Network", "Containers"])
        #expect(layout.edges.count == layout.boxes.count - 4)
    }

    @Test("Long text is cut to its box and complete in its tooltip")
    func long() throws {
        var status = SampleStatus.document
        status.networks[0].name = String(repeating: "long", count: 60)
        let text = SVGTopology.text(TopologyTree(status))
        let texts = try XMLTexts.of(text)
        #expect(!texts.contains(String(repeating: "long", count: 60)))
        #expect(texts.contains { $0.hasSuffix("…") && $0.hasPrefix("longlong") })
        #expect(texts.contains { $0.hasPrefix(String(repeating: "long", count: 60)) })
    }

    @Test("Addresses, subnets and counts of containers are never cut, whatever the names")
    func addresses() throws {
        let addresses = ["192.168.50.20", "2001:db8:1234:5678:9abc:def0:1234:5678"]
        for length in [1, 3, 10, 17, 70] {
            var status = SampleStatus.document
            status.networks[0].subnets = [SubnetDocument(subnet: "2001:db8:1234:5678:9abc:def0:1234:0/112")]
            status.networks[0].endpoints = (1...12).map { number in
                EndpointDocument(
                    id: "\(number)", container: String(repeating: "w", count: length), addresses: addresses,
                    hasJoined: number > 1)
            }
            let texts = try XMLTexts.of(SVGTopology.text(TopologyTree(status)))
            #expect(texts.contains(addresses.joined(separator: ", ")))
            #expect(texts.contains(addresses.joined(separator: ", ") + ", not started"))
            #expect(texts.contains("and 4 more containers"))
            #expect(texts.contains("2001:db8:1234:5678:9abc:def0:1234:0/112"))
            #expect(texts.contains { $0.hasSuffix("…") } == (length == 70))
        }
    }

    @Test("A picture without networks says so")
    func empty() throws {
        #expect(try XMLTexts.of(SVGTopology.text(TopologyTree(StatusDocument()))).contains("There are no networks."))
    }

    @Test("4,000 networks are drawn, shortened")
    func many() throws {
        let networks = (1...4000).map { number in
            SampleStatus.network("n", name: "n\(number)", parent: "eth0.\(number)", lowest: "eth0", vlans: [number])
        }
        let text = SVGTopology.text(TopologyTree(StatusDocument(networks: networks)))
        #expect(try XMLTexts.of(text).contains("and 3976 more VLANs"))
        #expect(text.utf8.count < 100_000)
    }
}

@Suite("HTML file")
struct HTMLTopologyTests {
    private static let caption = TopologyCaption(host: "nas<1>", time: 1_795_890_000)

    @Test("The file names the host and the time of its making")
    func caption() {
        let text = HTMLTopology.text(TopologyTree(SampleStatus.document), SampleStatus.document, Self.caption)
        #expect(text.contains("<p class=\"note\">Host nas&lt;1&gt;, 2026-11-28 18:20:00 UTC</p>"))
    }

    @Test("A layer 3 network has no gateway, and a network on a link without carrier says so")
    func gatewayAndCarrier() {
        var status = SampleStatus.document
        for index in status.networks.indices {
            for pool in status.networks[index].subnets.indices {
                status.networks[index].subnets[pool].gateway = "10.1.1.1"
            }
        }
        status.links[2].hasCarrier = false
        let text = HTMLTopology.text(TopologyTree(status), status, Self.caption)
        #expect(text.contains("<td>192.168.1.0/24 via 10.1.1.1</td>") && text.contains("<td>10.50.0.0/24</td>"))
        #expect(text.components(separatedBy: "<td class=\"waiting\">eth0 has no carrier</td>").count == 3)
    }

    @Test("The file has the picture and a row for each network, no script, and nothing from elsewhere")
    func content() {
        let status = SampleStatus.document
        let text = HTMLTopology.text(TopologyTree(status), status, Self.caption)
        #expect(text.contains("<svg "))
        for network in status.networks {
            #expect(text.contains("<tr><th scope=\"row\">\(network.label)</th><td>\(network.parent)</td>"))
        }
        #expect(text.contains("<td class=\"waiting\">waiting for eth7</td>"))
        for word in ["<script", "<link", "<img", "src=", "@import", "url("] { #expect(!text.contains(word), "\(word)") }
    }

    @Test("Names with markup are text")
    func escaped() {
        let status = SampleStatus.hostileDocument
        let text = HTMLTopology.text(TopologyTree(status), status, Self.caption)
        #expect(!text.contains("<script") && !text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.contains("<th scope=\"row\">&lt;script&gt;&quot;&amp;&#39;;]#`|\u{FFFD}[31m\u{FFFD}</th>"))
    }

    @Test("A shortened picture has a note, and the table is complete")
    func shortened() {
        var status = SampleStatus.document
        let containers = (1...50).map { EndpointDocument(id: "e\($0)", container: "c\($0)", addresses: []) }
        status.networks[0].endpoints = containers
        let text = HTMLTopology.text(TopologyTree(status), status, Self.caption)
        #expect(text.contains("The picture is shortened"))
        #expect(text.contains("c49<br>c50"))
    }
}

/// The text of every element in an XML document.
private final class XMLTexts: NSObject, XMLParserDelegate {
    private var texts: [String] = []
    private var current = ""

    /// Throws if the text is not well-formed.
    static func of(_ text: String) throws -> [String] {
        let parser = XMLParser(data: Data(text.utf8))
        let delegate = XMLTexts()
        parser.delegate = delegate
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        return delegate.texts
    }

    func parser(_: XMLParser, foundCharacters string: String) { current += string }

    func parser(
        _: XMLParser, didStartElement _: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes _: [String: String]
    ) { current = "" }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        if !current.isEmpty { texts.append(current) }
        current = ""
    }
}
