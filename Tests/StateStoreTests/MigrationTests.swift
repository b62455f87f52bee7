import DriverCore
import DriverTestKit
import NetworkTypes
import StateStore
import TestSupport
import Testing

@Suite("Versions of the record format")
struct MigrationTests {
    private static let both = RecordFormats([
        RecordFormat(version: 1, network: OldNetwork.self, endpoint: OldEndpoint.self),
        RecordFormat(version: 2, network: NewNetwork.self, endpoint: OldEndpoint.self),
    ])
    private static let old = RecordFormats([
        RecordFormat(version: 1, network: OldNetwork.self, endpoint: OldEndpoint.self)
    ])

    @Test("A new version reads old records and rewrites them in the new version")
    func migration() throws {
        let place = try StoreFixture()
        let network = network(.first)
        try place.open(formats: Self.old).save(network)
        let path = place.path(of: network.id)
        let made = try readTextFile(path)
        #expect(made.contains(#""link" : "eth0""#))

        let store = try place.open(formats: Self.both)
        try expect(store.load(), equals: StoredState(networks: [network]))
        let read = try readTextFile(path)
        #expect(read.contains(#""version" : 1"#))
        try store.save(network)
        let written = try readTextFile(path)
        #expect(written.contains(#""version" : 2"#))
        try expect(store.load(), equals: StoredState(networks: [network]))
    }

    @Test("An older program does not touch newer records, reports them, and loads the rest")
    func downgrade() throws {
        let place = try StoreFixture()
        try place.open(formats: Self.old).save(network(.first))
        try place.open(formats: Self.both).save(network(.second))
        let text = try readTextFile(place.path(of: .second))

        let store = try place.open(formats: Self.old)
        let path = place.path(of: .second)
        let sentence =
            "record \"\(path)\" was written by a newer swiftvlan (format 2, this one reads up to 1); install that "
            + "version again"
        let expected = StoredState(
            networks: [network(.first)], unreadable: [UnreadableRecord(networkID: .second, message: sentence)])
        try expect(store.load(), equals: expected)
        try expect(readTextFile(path), equals: text)
        // The user may create the network again, or delete it.
        try store.save(network(.second))
        try expect(store.load(), equals: StoredState(networks: [network(.first), network(.second)]))
        try place.put(text, for: .second)
        try store.remove(NetworkID.second)
        try expect(store.load(), equals: StoredState(networks: [network(.first)]))
    }

    private func network(_ id: NetworkID) -> Network {
        Network(id: id, attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false, pools: [])
    }
}

private struct OldNetwork: RecordContent {
    let id: String
    let link: String

    init(_ network: Network) {
        id = network.id.text
        link = network.parent.linkName.text
    }

    func model() throws(RecordError) -> Network { try network(id, link) }
}

private struct NewNetwork: RecordContent {
    let id: String
    let parent: String

    init(_ network: Network) {
        id = network.id.text
        parent = network.parent.linkName.text
    }

    func model() throws(RecordError) -> Network { try network(id, parent) }
}

private struct OldEndpoint: RecordContent {
    let id: String

    init(_ endpoint: Endpoint) { id = endpoint.id.text }

    func model() throws(RecordError) -> Endpoint {
        Endpoint(id: EndpointID(unchecked: id), networkID: .first, addresses: [], macAddress: nil)
    }
}

private func network(_ id: String, _ parent: String) throws(RecordError) -> Network {
    guard parent == "eth0" else { throw .damaged("\(parent) is not eth0") }
    return Network(
        id: NetworkID(unchecked: id), attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false,
        pools: [])
}
