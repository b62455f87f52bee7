import SystemCalls

/// The files of one kind of record: `<identifier>.json` in a directory of their own.
///
/// A file is written under another name first and then renamed, so that whoever looks, and whenever the process is
/// killed, there is the old record or the new one. A directory that lasts writes the contents to the disk before the
/// renaming and the renaming before it returns, so that the same is true of a power cut.
struct RecordDirectory: Sendable {
    static let suffix = ".json"
    /// What is being written; identifiers have no dots, so that no record has such a name.
    static let temporarySuffix = ".json.new"

    let directory: OpenDirectory
    /// The path of the directory that this one is in: what an operator looks after.
    let homePath: String
    private let isLasting: Bool

    init(_ name: String, in outer: OpenDirectory, lasting: Bool) throws(SystemError) {
        homePath = outer.path
        directory = try OpenDirectory(name, in: outer, lasting: lasting)
        isLasting = lasting
    }

    private var files: any FileSystem { directory.files }

    /// The path of a record, for people.
    func path(of id: String) -> String { "\(directory.path)/\(id)\(Self.suffix)" }

    /// Writes a record; one that throws has changed nothing.
    ///
    /// Should writing the directory to the disk fail after the renaming, nobody knows which record a power cut would
    /// leave. The caller is told of a failure and goes on with the old state, so the old state is put back: what a
    /// restart of the daemon finds is then what the caller believes. A power cut before the disk works again may still
    /// bring the new record: that is a network that its user wanted, and can delete. Putting back is tried once; when
    /// it fails too, the error says that the new record is there.
    func put(_ bytes: [UInt8], for id: String) throws(RecordFailure) {
        try restoringOnFailure(id) { () throws(SystemError) in
            try replace(id, by: bytes)
        }
    }

    /// Removes a record; one that throws has changed nothing, as above. One that is not there is no error.
    func remove(_ id: String) throws(RecordFailure) {
        try restoringOnFailure(id) { () throws(SystemError) in
            do throws(SystemError) {
                try files.unlink(id + Self.suffix, in: directory.descriptor)
            } catch {
                guard error.errno == .noSuchEntry else { throw error }
            }
        }
    }

    /// Changes a record's name in the directory and writes the directory to the disk.
    private func restoringOnFailure(_ id: String, _ change: () throws(SystemError) -> Void) throws(RecordFailure) {
        let old = isLasting ? try? read(id + Self.suffix, atMost: RecordFormats.sizeLimit) : nil
        do throws(SystemError) { try change() } catch { throw RecordFailure(error) }
        guard isLasting else { return }
        do throws(SystemError) {
            try files.synchronize(directory.descriptor)
        } catch {
            throw RecordFailure(error, afterwards: restore(id, old))
        }
    }

    /// Puts an old record back, or removes the new one where there was none; what failed in doing so.
    private func restore(_ id: String, _ old: [UInt8]?) -> SystemError? {
        do throws(SystemError) {
            if let old {
                try replace(id, by: old)
            } else {
                try files.unlink(id + Self.suffix, in: directory.descriptor)
            }
        } catch {
            return error.errno == .noSuchEntry ? nil : error
        }
        // It has just failed and may fail again; then the disk decides.
        try? files.synchronize(directory.descriptor)
        return nil
    }

    /// Writes a file and gives it a record's name, in one step for everybody who looks.
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
            // One that could not be removed when its turn was.
            guard error.errno == .alreadyExists else { throw error }
            try files.unlink(name, in: directory.descriptor)
            return try files.openFile(name, in: directory.descriptor, for: .creating)
        }
    }

    /// Writes what is found at the start to the disk: a daemon that was killed may have come as far as the renaming,
    /// and what is served from now on must not be lost. What failed, as a sentence.
    func settle() -> String? {
        guard isLasting else { return nil }
        do throws(SystemError) {
            try files.synchronize(directory.descriptor)
            return nil
        } catch {
            return "what was changed last in \"\(directory.path)\" may be lost with the next power cut: \(error); "
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
    /// Why the old record could not be put back, where that was necessary.
    let afterwards: SystemError?

    init(_ cause: SystemError, afterwards: SystemError? = nil) {
        self.cause = cause
        self.afterwards = afterwards
    }
}
