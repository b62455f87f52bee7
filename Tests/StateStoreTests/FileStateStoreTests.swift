import DriverCore
import DriverTestKit
import Glibc
import NetworkTypes
import TestSupport
import Testing

@testable import StateStore

@Suite("FileStateStore")
struct FileStateStoreTests {
    @Test("FileStateStore is empty at first")
    func empty() throws { try expect(StoreFixture().open().load(), equals: StoredState()) }

    @Test("FileStateStore keeps saved records for the next store, sorted, and no removed ones")
    func savingAndRemoving() throws {
        let place = try StoreFixture()
        let networks = Samples.networks.values.sorted { $0.id.text < $1.id.text }
        let endpoints = Samples.endpoints.values.sorted { $0.id.text < $1.id.text }
        do {
            let store = try place.open()
            for network in networks.reversed() { try store.save(network) }
            for endpoint in endpoints.reversed() { try store.save(endpoint) }
        }
        do {
            let store = try place.open()
            try expect(store.load(), equals: StoredState(networks: networks, endpoints: endpoints))
            try store.remove(networks[1].id)
            try store.remove(endpoints[0].id)
        }
        let left = networks.filter { $0 != networks[1] }
        try expect(
            place.open().load(), equals: StoredState(networks: left, endpoints: Array(endpoints.dropFirst())))
    }

    @Test("FileStateStore replaces a record with the same identifier")
    func replacing() throws {
        let place = try StoreFixture()
        let store = try place.open()
        var models = RandomModels(seed: 1)
        for _ in 0..<5 {
            let network = models.network(id: .first)
            let endpoint = models.endpoint(id: .web)
            try store.save(network)
            try store.save(endpoint)
            try expect(store.load(), equals: StoredState(networks: [network], endpoints: [endpoint]))
        }
        try expect(place.names, equals: ["\(NetworkID.first).json", "\(EndpointID.web).json"])
    }

    @Test("FileStateStore removes a missing record without an error")
    func removingNothing() throws {
        let store = try StoreFixture().open()
        try store.remove(NetworkID.first)
        try store.remove(EndpointID.web)
        try expect(store.load(), equals: StoredState())
    }

    @Test("FileStateStore refuses an identifier that is a path")
    func strangeIdentifiers() throws {
        let place = try StoreFixture()
        let store = try place.open()
        try writeFile("\(place.state)/other.json", [])
        var models = RandomModels(seed: 1)
        let network = models.network(id: NetworkID(unchecked: "../other"))
        let sentence = #"cannot store network "../other": that is not an identifier"#
        #expect(throws: StateStoreError(message: sentence)) { try store.save(network) }
        try store.remove(network.id)
        try expect(readTextFile("\(place.state)/other.json"), equals: "")
    }

    @Test("FileStateStore names the file whose removal makes it forget a network")
    func location() throws {
        let place = try StoreFixture()
        let store = try place.open()
        var models = RandomModels(seed: 1)
        let network = models.network()
        try store.save(network)
        try #require(unlink(store.location(of: network.id)) == 0)
        try expect(store.load().networks, equals: [])
    }

    @Test("FileStateStore refuses a record that cannot be read back")
    func unreadable() throws {
        let place = try StoreFixture()
        let store = try place.open()
        let network = Network(
            id: .first, attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false, pools: [],
            settings: LinkSettings(mtu: 67))
        let sentence = "cannot store network \"\(NetworkID.first)\": 67 is not an MTU"
        #expect(throws: StateStoreError(message: sentence)) { try store.save(network) }
        try expect(place.names, equals: [])
    }

    @Test("FileStateStore refuses a record that is too long to be read back")
    func oversized() throws {
        let place = try StoreFixture()
        let store = try place.open()
        // A request of less than a megabyte can contain so many; the record is longer.
        let routes = Array(repeating: StaticRoute(to: "10.0.0.0/8", via: "192.168.50.254"), count: 30_000)
        let network = Network(
            id: .first, attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false, pools: [],
            settings: LinkSettings(routes: routes))
        let sentence =
            "cannot store network \"\(NetworkID.first)\": a record has 1048576 bytes at most; ask for fewer routes"
        #expect(throws: StateStoreError(message: sentence)) { try store.save(network) }
        try expect(place.names, equals: [])
    }

    @Test("FileStateStore's files and directories are accessible only to their owner")
    func modes() throws {
        let place = try StoreFixture()
        let store = try place.open()
        for network in Samples.networks.values { try store.save(network) }
        for endpoint in Samples.endpoints.values { try store.save(endpoint) }
        for directory in [place.state, place.runtime, "\(place.state)/networks", "\(place.runtime)/endpoints"] {
            #expect(mode(of: directory) == 0o700)
            for name in try namesInDirectory(directory) where name.hasSuffix(".json") || name == "lock" {
                #expect(mode(of: "\(directory)/\(name)") == 0o600)
            }
        }
    }

    @Test("FileStateStore removes half-written files")
    func temporaryFiles() throws {
        let place = try StoreFixture()
        let network = try #require(Samples.networks["network-card"])
        try place.open().save(network)
        try writeFile("\(place.state)/networks/\(NetworkID.first).json.new", [1, 2, 3])
        try writeFile("\(place.runtime)/endpoints/\(EndpointID.web).json.new", [])
        try expect(place.open().load(), equals: StoredState(networks: [network]))
        try expect(place.names, equals: ["\(NetworkID.first).json"])
    }

    @Test("FileStateStore works with a half-written file that it cannot remove at the start")
    func temporaryFileInTheWay() throws {
        let place = try StoreFixture()
        let store = try place.open()
        let network = try #require(Samples.networks["network-card"])
        try writeFile("\(place.state)/networks/\(NetworkID.first).json.new", [1, 2, 3])
        try store.save(network)
        try expect(store.load(), equals: StoredState(networks: [network]))
    }

    @Test("FileStateStore leaves no descriptor open and passes none to other programs")
    func descriptors() throws {
        let place = try StoreFixture()
        do {
            let store = try place.open()
            try store.save(RandomModels.one)
            try place.put("{", for: .first)
            _ = try store.load()
            try store.remove(RandomModels.one.id)
            // Two directories, their subdirectories, and the two locks.
            let opened = descriptors(below: [place.state, place.runtime])
            #expect(opened.count == 6)
            for descriptor in opened { #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0) }
        }
        #expect(descriptors(below: [place.state, place.runtime]).isEmpty)
    }

    /// This process's descriptors of files in some directories.
    private func descriptors(below directories: [String]) -> [Int32] {
        (0..<1024).filter { descriptor in
            var characters = [CChar](repeating: 0, count: 4096)
            let length = readlink("/proc/self/fd/\(descriptor)", &characters, characters.count)
            let target = String(
                decoding: characters.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return directories.contains { target == $0 || target.hasPrefix($0 + "/") }
        }
    }

    @Test("FileStateStore creates its directories, but not their parents")
    func missingParent() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("missing/state")
        let sentence =
            "cannot open state directory \"\(path)\": mkdir: No such file or directory (ENOENT); create its "
            + "parent directory"
        #expect(throws: StateStoreError(message: sentence)) {
            _ = try FileStateStore.open(stateDirectory: path, runtimeDirectory: directory.file("runtime"))
        }
    }

    @Test("FileStateStore's state directory may be a symbolic link, as systemd creates it for dynamic users")
    func symbolicLink() throws {
        let directory = try TemporaryDirectory()
        #expect(mkdir(directory.file("private"), 0o700) == 0)
        #expect(symlink("private", directory.file("state")) == 0)
        let store = try FileStateStore.open(
            stateDirectory: directory.file("state"), runtimeDirectory: directory.file("runtime"))
        try store.save(RandomModels.one)
        try expect(namesInDirectory(directory.file("private/networks")).count, equals: 1)
    }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
}

extension RandomModels {
    /// A network with a fixed seed.
    static var one: Network {
        var models = RandomModels(seed: 1)
        return models.network(id: .second)
    }
}
