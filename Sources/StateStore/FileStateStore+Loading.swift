import DriverCore
import SystemCalls

/// The contents of a directory of records.
struct FoundRecords<Model> {
    var records: [Model] = []
    var unreadable: [(id: String?, message: String)] = []
}

extension FileStateStore {
    /// Reads all records of a directory, sorted by identifier, and removes half-written files.
    ///
    /// An unreadable record is reported and does not affect the others; a damaged file is set aside.
    func records<Model: Recorded>(
        in directory: RecordDirectory, asideIn home: LockedDirectory, _ decode: ([UInt8]) throws(RecordError) -> Model
    ) throws(StateStoreError) -> FoundRecords<Model> {
        let names: [String]
        do throws(SystemError) {
            names = try files.names(in: directory.directory.descriptor)
        } catch {
            throw .cannot("list \"\(directory.directory.path)\"", error, in: directory.homePath, files)
        }
        var found = FoundRecords<Model>()
        for name in names.sorted() {
            if name.hasSuffix(RecordDirectory.temporarySuffix) {
                try? files.unlink(name, in: directory.directory.descriptor)
                continue
            }
            let file = RecordFile(name: name, directory: directory, home: home.directory)
            switch file.read(decode) {
            case .success(let record): found.records.append(record)
            case .failure(let problem):
                found.unreadable.append(
                    (file.id, file.report(problem, of: Model.self, newestVersion: formats.newestVersion)))
            }
        }
        found.records.sort { $0.identifier < $1.identifier }
        if let message = directory.flush() { found.unreadable.append((nil, message)) }
        return found
    }
}
