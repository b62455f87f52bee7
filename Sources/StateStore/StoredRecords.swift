package import DriverCore
import SystemCalls

/// Reads the records of a daemon that does not run, for the commands.
///
/// Unlike `FileStateStore`, it takes no lock, creates no directory, and leaves damaged and half-written files where
/// they are. Each record is replaced in one step, so that reading beside a daemon is safe too.
package struct StoredRecords {
    private let files: any FileSystem
    private let formats: RecordFormats

    init(files: any FileSystem, formats: RecordFormats = .all) {
        self.files = files
        self.formats = formats
    }

    /// Returns what the two directories contain; nothing, if they do not exist.
    ///
    /// Throws if this user may not read them. Blocks on the disk.
    package static func read(
        stateDirectory: String, runtimeDirectory: String
    ) throws(StateStoreError) -> StoredState {
        try StoredRecords(files: GlibcFileSystem()).read(
            stateDirectory: stateDirectory, runtimeDirectory: runtimeDirectory)
    }

    func read(stateDirectory: String, runtimeDirectory: String) throws(StateStoreError) -> StoredState {
        let networks = try records(in: "networks", of: stateDirectory) { (bytes) throws(RecordError) in
            try formats.network(from: bytes)
        }
        let endpoints = try records(in: "endpoints", of: runtimeDirectory) { (bytes) throws(RecordError) in
            try formats.endpoint(from: bytes)
        }
        return StoredState(networks: networks, endpoints: endpoints)
    }

    private func records<Model: Recorded>(
        in name: String, of home: String, _ decode: ([UInt8]) throws(RecordError) -> Model
    ) throws(StateStoreError) -> FoundRecords<Model> {
        var found = FoundRecords<Model>()
        let directory: RecordDirectory
        let names: [String]
        do throws(SystemError) {
            directory = try RecordDirectory(existing: name, in: home, files: files)
            names = try files.names(in: directory.directory.descriptor)
        } catch {
            guard error.errno != .noSuchEntry else { return found }
            throw StateStoreError(message: "cannot read \"\(home)/\(name)\": \(error); run the command as root")
        }
        for name in names.sorted() where !name.hasSuffix(RecordDirectory.temporarySuffix) {
            let file = RecordFile(name: name, directory: directory, home: nil)
            switch file.read(decode) {
            case .success(let record): found.records.append(record)
            // A daemon removed the record after its name was read.
            case .failure(.inaccessible(let error)) where error.errno == .noSuchEntry: continue
            case .failure(let problem):
                found.unreadable.append(
                    (file.id, file.report(problem, of: Model.self, newestVersion: formats.newestVersion)))
            }
        }
        return found
    }
}

extension StoredState {
    /// Combines the contents of the two directories.
    init(networks: FoundRecords<Network>, endpoints: FoundRecords<Endpoint>) {
        let lost = networks.unreadable.map {
            UnreadableRecord(networkID: $0.id.flatMap(NetworkID.init), message: $0.message)
        }
        let lostEndpoints = endpoints.unreadable.map { UnreadableRecord(networkID: nil, message: $0.message) }
        self.init(networks: networks.records, endpoints: endpoints.records, unreadable: lost + lostEndpoints)
    }
}
