package import DriverCore
import SystemCalls

/// A store that keeps each record in its own JSON file.
///
/// - Networks are in `networks/` of the state directory and survive power cuts: a call returns once they are synced.
/// - Endpoints are in `endpoints/` of the runtime directory, which is in memory: a reboot removes them, like their
///   links.
/// - Both directories are locked against a second daemon while a copy of the store exists.
///
/// Two threads must not use it at once. Calls block on the disk.
package struct FileStateStore: StateStore, Sendable {
    let files: any FileSystem
    let formats: RecordFormats
    let state: LockedDirectory
    let runtime: LockedDirectory
    let networks: RecordDirectory
    let endpoints: RecordDirectory

    /// Opens and locks the two directories, and creates them if they are missing; their parents must exist.
    package static func open(
        stateDirectory: String, runtimeDirectory: String
    ) throws(StateStoreError) -> FileStateStore {
        try FileStateStore(
            stateDirectory: stateDirectory, runtimeDirectory: runtimeDirectory, files: GlibcFileSystem())
    }

    /// Opens the directories in the given file system, with the given versions of the record format.
    package init(
        stateDirectory: String, runtimeDirectory: String, files: any FileSystem, formats: RecordFormats = .all
    ) throws(StateStoreError) {
        guard stateDirectory != runtimeDirectory else {
            throw StateStoreError(
                message:
                    "state and runtime directory are both \"\(stateDirectory)\"; choose two, the second in memory, "
                    + "such as under /run"
            )
        }
        self.files = files
        self.formats = formats
        state = try LockedDirectory("state directory", at: stateDirectory, lasting: true, files: files)
        runtime = try LockedDirectory("runtime directory", at: runtimeDirectory, lasting: false, files: files)
        networks = try Self.open("networks", in: state, lasting: true)
        endpoints = try Self.open("endpoints", in: runtime, lasting: false)
    }

    private static func open(
        _ name: String, in home: LockedDirectory, lasting: Bool
    ) throws(StateStoreError) -> RecordDirectory {
        let outer = home.directory
        do throws(SystemError) {
            return try RecordDirectory(name, in: outer, lasting: lasting)
        } catch {
            throw .cannot("open directory \"\(outer.path)/\(name)\"", error, in: outer.path, outer.files)
        }
    }

    package func load() throws(StateStoreError) -> StoredState {
        let networks = try records(in: networks, asideIn: state) { (bytes) throws(RecordError) in
            try formats.network(from: bytes)
        }
        let endpoints = try records(in: endpoints, asideIn: runtime) { (bytes) throws(RecordError) in
            try formats.endpoint(from: bytes)
        }
        return StoredState(networks: networks, endpoints: endpoints)
    }

    package func save(_ network: Network) throws(StateStoreError) {
        try save(network, in: networks) { (network) throws(RecordError) in try formats.bytes(of: network) }
    }

    package func save(_ endpoint: Endpoint) throws(StateStoreError) {
        try save(endpoint, in: endpoints) { (endpoint) throws(RecordError) in try formats.bytes(of: endpoint) }
    }

    package func remove(_ id: NetworkID) throws(StateStoreError) {
        try remove(id, Network.noun, in: networks)
    }

    package func remove(_ id: EndpointID) throws(StateStoreError) {
        try remove(id, Endpoint.noun, in: endpoints)
    }

    package func location(of id: NetworkID) -> String { networks.path(of: id.text) }

    private func save<Model: Recorded>(
        _ model: Model, in directory: RecordDirectory, _ encode: (Model) throws(RecordError) -> [UInt8]
    ) throws(StateStoreError) {
        let id = model.identifier
        let bytes: [UInt8]
        do throws(RecordError) {
            // The identifier becomes a file name.
            guard NetworkID(id) != nil else { throw .damaged("that is not an identifier") }
            bytes = try encode(model)
            guard bytes.count <= RecordFormats.sizeLimit else {
                throw .damaged("a record has at most \(RecordFormats.sizeLimit) bytes; ask for fewer routes")
            }
        } catch {
            throw StateStoreError(message: "cannot store \(Model.noun) \"\(id)\": \(error)")
        }
        let action = "write \(Model.noun) \(id.prefix(12)) to \"\(directory.path(of: id))\""
        try changing(directory, action) { () throws(RecordFailure) in try directory.put(bytes, for: id) }
    }

    private func remove(
        _ id: some EngineIdentifier, _ noun: String, in directory: RecordDirectory
    ) throws(StateStoreError) {
        // A record with an invalid identifier is never stored.
        guard NetworkID(id.text) != nil else { return }
        let action = "remove \(noun) \(id.short) at \"\(directory.path(of: id.text))\""
        try changing(directory, action) { () throws(RecordFailure) in try directory.remove(id.text) }
    }

    private func changing(
        _ directory: RecordDirectory, _ action: String, _ change: () throws(RecordFailure) -> Void
    ) throws(StateStoreError) {
        do throws(RecordFailure) {
            try change()
        } catch {
            guard let second = error.restoreError else {
                throw .cannot(action, error.cause, in: directory.homePath, files)
            }
            let remedy = error.cause.remedy(in: directory.homePath, files)
            throw StateStoreError(
                message: "cannot \(action) permanently: \(error.cause); the old record cannot be restored either: "
                    + "\(second); \(remedy)")
        }
    }
}
