import DriverCore
import SystemCalls

/// A file in a directory of records.
struct RecordFile {
    /// Why a file cannot be used.
    enum Problem: Error {
        /// Its name is not that of a record.
        case notARecord
        case irregular
        case inaccessible(SystemError)
        case newer(version: Int)
        case damaged(String)
    }

    static let asideName = "set-aside"

    let name: String
    let directory: RecordDirectory
    /// The directory in whose `set-aside` damaged files are kept; nil if the file must stay where it is.
    let home: OpenDirectory?

    private var files: any FileSystem { directory.directory.files }

    /// The identifier in the name.
    var id: String? {
        guard name.hasSuffix(RecordDirectory.suffix) else { return nil }
        return NetworkID(String(name.dropLast(RecordDirectory.suffix.count)))?.text
    }

    /// Reads the record.
    func read<Model: Recorded>(_ decode: ([UInt8]) throws(RecordError) -> Model) -> Result<Model, Problem> {
        guard let id else { return .failure(.notARecord) }
        let bytes: [UInt8]
        do throws(SystemError) {
            let status = try files.status(of: name, in: directory.directory.descriptor)
            guard status.isRegular else { return .failure(.irregular) }
            let limit = RecordFormats.sizeLimit
            guard status.size <= limit else { return .failure(.damaged("it has more than \(limit) bytes")) }
            bytes = try directory.read(name, atMost: limit)
        } catch {
            return .failure(.inaccessible(error))
        }
        do throws(RecordError) {
            let record = try decode(bytes)
            guard record.identifier == id else {
                return .failure(.damaged("it is the record of \(Model.noun) \(record.identifier)"))
            }
            return .success(record)
        } catch {
            switch error {
            case .damaged(let why): return .failure(.damaged(why))
            case .newer(let version): return .failure(.newer(version: version))
            }
        }
    }

    /// Returns a message that says what is wrong, where the file is, and what to do; sets a damaged file aside.
    func report<Model: Recorded>(_ problem: Problem, of type: Model.Type, newestVersion: Int) -> String {
        let path = "\(directory.directory.path)/\(name)"
        switch problem {
        case .notARecord:
            return "\"\(path)\" is not a record of swiftvlan; move it away"
        case .irregular:
            return "record \"\(path)\" is not a regular file; move it away"
        case .inaccessible(let error):
            let remedy = error.remedy(in: directory.homePath, files)
            return "record \"\(path)\" cannot be read: \(error); \(remedy), and restart swiftvlan"
        case .newer(let version):
            return "record \"\(path)\" was written by a newer swiftvlan (format \(version), this one reads up to "
                + "\(newestVersion)); install that version again"
        case .damaged(let why):
            return "record \"\(path)\" is damaged: \(why); \(outcome()): \(type.replacement)"
        }
    }

    private func outcome() -> String {
        home.map(setAside) ?? "swiftvlan sets it aside when it starts"
    }

    /// Moves the file to `set-aside`, so that a new record can have its name. Returns the outcome, for the message.
    ///
    /// The new name is synced before the old one is removed, so that no power cut loses both.
    private func setAside(in home: OpenDirectory) -> String {
        do throws(SystemError) {
            let aside = try OpenDirectory(Self.asideName, in: home, lasting: true)
            let newName = try link(in: aside)
            try files.synchronize(aside.descriptor)
            try files.unlink(name, in: directory.directory.descriptor)
            return "it is now \"\(aside.path)/\(newName)\""
        } catch {
            return "it could not be moved aside (\(error))"
        }
    }

    /// Gives the file the first free name in `set-aside`.
    private func link(in aside: OpenDirectory) throws(SystemError) -> String {
        var number = 1
        while true {
            let newName = "\(name).\(number)"
            do throws(SystemError) {
                try files.link(name, in: directory.directory.descriptor, to: newName, in: aside.descriptor)
                return newName
            } catch {
                guard error.errno == .alreadyExists else { throw error }
                number += 1
            }
        }
    }
}
