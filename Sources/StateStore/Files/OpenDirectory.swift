import SystemCalls

/// A directory that is open as long as the object lives.
final class OpenDirectory: Sendable {
    let files: any FileSystem
    /// Where it is, for people.
    let path: String
    let descriptor: Int32

    /// Opens a directory, and makes it where it is missing; the one that it lies in must be there.
    ///
    /// Lasting, it survives a power cut: its name too is written to the disk, also when it was there already, because a
    /// daemon that was killed may have made it and come no further.
    init(at path: String, lasting: Bool, files: any FileSystem) throws(SystemError) {
        let isNew = try OpenDirectory.isMade { () throws(SystemError) in try files.makeDirectory(at: path) }
        self.files = files
        self.path = path
        descriptor = try files.openDirectory(at: path)
        guard lasting else { return }
        do throws(SystemError) {
            let parent = try files.openDirectory(at: OpenDirectory.parent(of: path))
            defer { files.close(parent) }
            try files.synchronize(parent)
        } catch {
            // A directory that systemd made lies in one that this user may not open, and was made long ago.
            guard !isNew else { throw error }
        }
    }

    /// Opens a directory in this one, and makes it where it is missing.
    init(_ name: String, in outer: OpenDirectory, lasting: Bool) throws(SystemError) {
        files = outer.files
        path = "\(outer.path)/\(name)"
        _ = try OpenDirectory.isMade { () throws(SystemError) in
            try outer.files.makeDirectory(name, in: outer.descriptor)
        }
        descriptor = try files.openDirectory(name, in: outer.descriptor)
        if lasting { try files.synchronize(outer.descriptor) }
    }

    deinit {
        files.close(descriptor)
    }

    /// Whether a directory was made now; false when it was there.
    private static func isMade(_ make: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try make()
            return true
        } catch {
            guard error.errno == .alreadyExists else { throw error }
            return false
        }
    }

    /// The directory that a path's last part lies in.
    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : parts.isEmpty ? "." : "") + parts.joined(separator: "/")
    }
}
