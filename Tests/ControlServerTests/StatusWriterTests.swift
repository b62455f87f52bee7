import ControlAPI
@testable import ControlServer
import Testing

@Suite("The bytes of a status")
struct StatusWriterTests {
    private static func link(_ name: String, mtu: Int = 1500) -> LinkDocument {
        LinkDocument(name: name, role: .host, mtu: mtu)
    }

    private static func network(_ id: String, parent: String = "eth0") -> NetworkDocument {
        NetworkDocument(
            id: id, kind: "macvlan", mode: "bridge", parent: parent, subnets: [SubnetDocument(subnet: "10.0.0.0/24")])
    }

    @Test("A status is written as its fields in order, whatever was written before it")
    func parts() {
        let documents = [
            StatusDocument(),
            StatusDocument(
                daemon: DaemonDocument(version: "1.0", startedAt: 1_764_374_400.5, processID: 17, canUseLAN: true),
                revision: "1-1", summary: "two \"networks\" in a/b", networks: [Self.network("a"), Self.network("b")],
                links: [Self.link("eth0")], unreadable: ["network c cannot be used: é"]),
            // A changed network, a new one, one that is gone, and a changed link.
            StatusDocument(
                revision: "1-2", networks: [Self.network("b", parent: "eth1"), Self.network("d")],
                links: [Self.link("eth0", mtu: 9000), Self.link("eth1")]),
            StatusDocument(
                revision: "1-3", networks: [Self.network("a"), Self.network("b", parent: "eth1"), Self.network("d")],
                links: [Self.link("eth1")]),
        ]
        let writer = StatusWriter()
        for document in documents {
            let (bytes, expected) = (writer.bytes(of: document), ControlJSON.bytes(of: document))
            #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        }
    }

    @Test("Bytes are written once for each revision, and always without one")
    func revisions() {
        let cache = RevisionCache()
        var written: [String] = []
        for revision in ["1-1", "1-1", "1-2", "", ""] {
            let bytes = cache.bytes(of: StatusDocument(revision: revision)) {
                written.append($0.revision)
                return Array($0.revision.utf8)
            }
            #expect(bytes == Array(revision.utf8))
        }
        #expect(written == ["1-1", "1-2", "", ""])
    }
}
