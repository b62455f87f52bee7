import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Damaged records")
struct DamagedRecordTests {
    /// Another network, which must be loaded whatever happens to the first.
    private static let other = RandomModels.one

    @Test(
        "A record truncated at any length is set aside, and the rest is loaded",
        arguments: Samples.networks.keys.sorted())
    func truncated(name: String) throws {
        let network = try #require(Samples.networks[name])
        let damaged = Network(renaming: network, to: .first)
        let bytes = try RecordFormats.all.bytes(of: damaged)
        let fixture = try StoreFixture(inMemory: true)
        let store = try fixture.open()
        try store.save(Self.other)
        let path = fixture.path(of: .first)
        let aside = "\(fixture.state)/set-aside/\(NetworkID.first).json.1"
        for length in 0..<bytes.count - 1 {
            try writeFile(path, Array(bytes[..<length]))
            let found = try store.load()
            #expect(found.networks == [Self.other])
            #expect(found.unreadable.map(\.networkID) == [.first])
            let sentence = found.unreadable.first?.message
            #expect(
                sentence
                    == "record \"\(path)\" is damaged: it is not JSON; it is now \"\(aside)\": remove the "
                    + "network with `docker network rm` and create it again", "\(length)")
            try expect(Array(readTextFile(aside).utf8), equals: Array(bytes[..<length]))
            #expect(unlink(aside) == 0)
        }
        // The longest one lacks only the line feed.
        try writeFile(path, Array(bytes.dropLast()))
        try expect(Set(store.load().networks), equals: [damaged, Self.other])
    }

    @Test("An endpoint's damaged record is set aside without naming a network")
    func truncatedEndpoint() throws {
        let fixture = try StoreFixture(inMemory: true)
        let store = try fixture.open()
        let endpoint = try #require(Samples.endpoints["endpoint-macvlan"])
        let bytes = try RecordFormats.all.bytes(of: endpoint)
        for length in 0..<bytes.count - 1 {
            try writeFile(fixture.path(of: endpoint.id), Array(bytes[..<length]))
            let found = try store.load()
            #expect(found.endpoints.isEmpty)
            #expect(found.unreadable.map(\.networkID) == [nil])
            #expect(found.unreadable.first?.message.contains("/set-aside/") == true)
            #expect(unlink("\(fixture.runtime)/set-aside/\(endpoint.id).json.1") == 0)
        }
    }

    @Test("A record damaged in any byte is either read or set aside", arguments: Samples.networks.keys.sorted())
    func changed(name: String) throws {
        let network = try #require(Samples.networks[name])
        let bytes = try RecordFormats.all.bytes(of: Network(renaming: network, to: .first))
        let fixture = try StoreFixture(inMemory: true)
        let store = try fixture.open()
        try store.save(Self.other)
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position % 8)
            try writeFile(fixture.path(of: .first), damaged)
            let found = try store.load()
            #expect(found.networks.contains(Self.other))
            #expect(found.networks.count + found.unreadable.count == 2, "byte \(position)")
            for name in fixture.setAside { unlink("\(fixture.state)/set-aside/\(name)") }
        }
    }

    /// Each seed yields 200 records. The seed in the test's name reproduces them.
    @Test("A damaged record never crashes the program", arguments: 0..<20 as Range<UInt64>)
    func damagedAnyhow(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var models = RandomModels(seed: seed)
        for _ in 0..<200 {
            let network = try RecordFormats.all.bytes(of: models.network()).damaged(using: &random)
            _ = try? RecordFormats.all.network(from: network)
            let endpoint = try RecordFormats.all.bytes(of: models.endpoint()).damaged(using: &random)
            _ = try? RecordFormats.all.endpoint(from: endpoint)
        }
    }

    @Test("A record with another network's identifier counts as damaged")
    func otherIdentifier() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let text = String(decoding: try RecordFormats.all.bytes(of: Self.other), as: UTF8.self)
        try fixture.put(text, for: .first)
        let found = try store.load()
        #expect(found.networks.isEmpty)
        #expect(found.unreadable.map(\.networkID) == [.first])
        let message = try #require(found.unreadable.first?.message)
        #expect(message.contains("is damaged: it is the record of network \(NetworkID.second);"))
        #expect(fixture.setAside == ["\(NetworkID.first).json.1"])
    }

    @Test("A record of more than a megabyte counts as damaged")
    func oversized() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let text = String(decoding: try RecordFormats.all.bytes(of: Self.other), as: UTF8.self)
        let limit = 1 << 20
        try fixture.put(text + String(repeating: " ", count: limit - text.utf8.count), for: .second)
        try expect(store.load(), equals: StoredState(networks: [Self.other]))
        try fixture.put(text + String(repeating: " ", count: limit + 1 - text.utf8.count), for: .second)
        let found = try store.load()
        #expect(found.networks.isEmpty)
        #expect(found.unreadable.first?.message.contains("it has more than 1048576 bytes") == true)
        #expect(fixture.setAside == ["\(NetworkID.second).json.1"])
    }

    @Test("A damaged record that cannot be set aside stays, is reported, and can be overwritten")
    func noPlaceAside() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try writeFile("\(fixture.state)/set-aside", [])
        try fixture.put("{", for: .second)
        let found = try store.load()
        #expect(
            found.unreadable.first?.message
                == "record \"\(fixture.path(of: .second))\" is damaged: it is not JSON; it could not be moved aside "
                + "(openat: Not a directory (ENOTDIR)): remove the network with `docker network rm` and create it again"
        )
        try expect(readTextFile(fixture.path(of: .second)), equals: "{")
        try store.save(Self.other)
        try expect(store.load(), equals: StoredState(networks: [Self.other]))
    }

    @Test("A damaged record that cannot be set aside can be removed by its network's identifier")
    func removal() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try writeFile("\(fixture.state)/set-aside", [])
        try fixture.put("{", for: .second)
        try store.remove(NetworkID.second)
        try expect(store.load(), equals: StoredState())
    }

    @Test("A damaged record does not replace one that was set aside before")
    func earlierOnes() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        for number in 1...3 {
            try fixture.put("{\(number)", for: .first)
            _ = try store.load()
        }
        #expect(fixture.setAside == (1...3).map { "\(NetworkID.first).json.\($0)" })
        for number in 1...3 {
            let text = try readTextFile("\(fixture.state)/set-aside/\(NetworkID.first).json.\(number)")
            #expect(text == "{\(number)")
        }
    }

    private static let irregular: [(kind: String, make: @Sendable (String) -> Int32)] = [
        ("a directory", { mkdir($0, 0o700) }),
        ("a pipe", { mkfifo($0, 0o600) }),
        ("a symbolic link", { symlink("/etc/passwd", $0) }),
        ("a broken link", { symlink("nowhere", $0) }),
    ]

    @Test("A record that is not a regular file is reported and stays", .timeLimit(.minutes(10)), arguments: irregular)
    func irregularFiles(kind: String, make: @Sendable (String) -> Int32) throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try store.save(Self.other)
        let path = fixture.path(of: .first)
        #expect(make(path) == 0)
        let sentence = "record \"\(path)\" is not a regular file; move it away"
        let expected = StoredState(
            networks: [Self.other], unreadable: [UnreadableRecord(networkID: .first, message: sentence)])
        try expect(store.load(), equals: expected)
        try expect(fixture.names.count, equals: 2)
    }

    @Test("A file with a foreign name is reported", arguments: ["README", "a b.json", ".json", "x.json~", "..json"])
    func strangers(name: String) throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try store.save(Self.other)
        let path = "\(fixture.state)/networks/\(name)"
        try writeFile(path, Array("mine".utf8))
        let sentence = "\"\(path)\" is not a record of swiftvlan; move it away"
        let expected = StoredState(
            networks: [Self.other], unreadable: [UnreadableRecord(networkID: nil, message: sentence)])
        try expect(store.load(), equals: expected)
        try expect(readTextFile(path), equals: "mine")
    }
}

extension Network {
    /// Creates a copy of the network with another identifier.
    init(renaming network: Network, to id: NetworkID) {
        self.init(
            id: id, attachment: network.attachment, parent: network.parent, isInternal: network.isInternal,
            pools: network.pools, settings: network.settings, broadcastQueueLength: network.broadcastQueueLength,
            hostRoutes: network.hostRoutes)
    }
}
