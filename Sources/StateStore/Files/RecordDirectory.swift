import SystemCalls

/// The record files of one kind, `<identifier>.json`, in their own directory.
///
/// A file is written under a temporary name and then renamed, so that readers see either the old record or the new one,
/// whenever the process is killed. A lasting directory syncs the contents before the rename, and the rename before it
/// returns, so that the same holds for a power cut.
struct RecordDirectory: Sendable {
    static let suffix = ".json"
    /// The suffix of a file that is being written; identifiers have no dots, so no record has such a name.
    static let temporarySuffix = ".json.new"

    let directory: OpenDirectory
    /// The path of the parent directory, which the operator has configured.
    let homePath: String
    private let isLasting: Bool

    init(_ name: String, in outer: OpenDirectory, lasting: Bool) throws(SystemError) {
        homePath = outer.path
        directory = try OpenDirectory(name, in: outer, lasting: lasting)
        isLasting = lasting
    }

    /// Opens an existing directory in another one, to read from it.
    init(existing name: String, in home: String, files: any FileSystem) throws(SystemError) {
        homePath = home
        directory = try OpenDirectory(existing: "\(home)/\(name)", files: files)
        isLasting = false
    }

    private var files: any FileSystem { directory.files }

    /// Returns the path of a record, for messages.
    func path(of id: String) -> String { "\(directory.path)/\(id)\(Self.suffix)" }

    /// Writes a record. A call that throws has changed nothing.
    ///
    /// If the sync after the rename fails, it is unknown which record a power cut would leave. The caller sees a
    /// failure and continues with the old state, so the old record is restored: a restarted daemon then finds what the
    /// caller expects. A power cut before the disk works again may still bring back the new record: a network that its
    /// user wanted, and can delete. Restoring is tried once; if it fails too, the error says that the new record
    /// remains.
    func put(_ bytes: [UInt8], for id: String) throws(RecordFailure) {
        try restoringOnFailure(id) { () throws(SystemError) in
            try replace(id, by: bytes)
        }
    }

    /// Removes a record. As with `put`, a call that throws has changed nothing; a missing record is no error.
    func remove(_ id: String) throws(RecordFailure) {
        try restoringOnFailure(id) { () throws(SystemError) in
            do throws(SystemError) {
                try files.unlink(id + Self.suffix, in: directory.descriptor)
            } catch {
                guard error.errno == .noSuchEntry else { throw error }
            }
        }
    }

    /// Changes the directory's names and syncs them; restores the old record if the sync fails.
    private func restoringOnFailure(_ id: String, _ change: () throws(SystemError) -> Void) throws(RecordFailure) {
        guard isLasting else {
            do throws(SystemError) { return try change() } catch { throw RecordFailure(error) }
        }
        let old = record(id)
        do throws(SystemError) { try change() } catch { throw RecordFailure(error) }
        do throws(SystemError) {
            try files.synchronize(directory.descriptor)
        } catch {
            throw RecordFailure(error, restoreError: restore(id, old))
        }
    }

    /// Returns the bytes of a record, or nil if it does not exist.
    private func record(_ id: String) -> Result<[UInt8]?, SystemError> {
        do throws(SystemError) {
            return .success(try read(id + Self.suffix, atMost: RecordFormats.sizeLimit))
        } catch {
            return error.errno == .noSuchEntry ? .success(nil) : .failure(error)
        }
    }

    /// Restores the old record, or removes the new one if there was no old one. Returns the error if that fails.
    ///
    /// An old record that could not be read may exist, so the new one stays in that case.
    private func restore(_ id: String, _ old: Result<[UInt8]?, SystemError>) -> SystemError? {
        do throws(SystemError) {
            if let old = try old.get() {
                try replace(id, by: old)
            } else {
                try files.unlink(id + Self.suffix, in: directory.descriptor)
            }
        } catch {
            return error.errno == .noSuchEntry ? nil : error
        }
        // This sync may fail like the last one; then the disk decides which record survives.
        try? files.synchronize(directory.descriptor)
        return nil
    }

    /// Writes a file and gives it a record's name atomically.
    private func replace(_ id: String, by bytes: [UInt8]) throws(SystemError) {
        let temporary = id + Self.temporarySuffix
        do throws(SystemError) {
            let file = try create(temporary)
            defer { files.close(file) }
            try files.write(bytes, to: file)
            if isLasting { try files.synchronize(file) }
            try files.rename(temporary, to: id + Self.suffix, in: directory.descriptor)
        } catch {
            try? files.unlink(temporary, in: directory.descriptor)
            throw error
        }
    }

    private func create(_ name: String) throws(SystemError) -> Int32 {
        do throws(SystemError) {
            return try files.openFile(name, in: directory.descriptor, for: .creating)
        } catch {
            // A temporary file that could not be removed after an earlier failure.
            guard error.errno == .alreadyExists else { throw error }
            try files.unlink(name, in: directory.descriptor)
            return try files.openFile(name, in: directory.descriptor, for: .creating)
        }
    }

    /// Syncs the directory at the start; returns a message if that fails.
    ///
    /// A daemon may have been killed between a rename and its sync, and records that are in use must not be lost.
    func flush() -> String? {
        guard isLasting else { return nil }
        do throws(SystemError) {
            try files.synchronize(directory.descriptor)
            return nil
        } catch {
            return "the last changes in \"\(directory.path)\" may be lost in the next power cut: \(error); "
                + error.remedy(in: homePath, files)
        }
    }

    /// Reads a file of the directory.
    func read(_ name: String, atMost limit: Int) throws(SystemError) -> [UInt8] {
        let file = try files.openFile(name, in: directory.descriptor, for: .reading)
        defer { files.close(file) }
        return try files.read(from: file, atMost: limit)
    }
}

/// A record that could not be written or removed.
struct RecordFailure: Error {
    let cause: SystemError
    /// Why the old record could not be restored, if it had to be.
    let restoreError: SystemError?

    init(_ cause: SystemError, restoreError: SystemError? = nil) {
        self.cause = cause
        self.restoreError = restoreError
    }
}
