import SystemCalls

/// An open directory, which the object closes with its end.
final class OpenDirectory: Sendable {
    let files: any FileSystem
    /// The path, for messages.
    let path: String
    let descriptor: Int32

    /// Opens a directory, and creates it where it is missing; its parent must exist.
    ///
    /// A lasting directory survives a power cut: its name is synced too, even when it existed, because a daemon may
    /// have been killed between creating it and the sync.
    init(at path: String, lasting: Bool, files: any FileSystem) throws(SystemError) {
        let isNew = try OpenDirectory.isCreated { () throws(SystemError) in try files.makeDirectory(at: path) }
        self.files = files
        self.path = path
        descriptor = try files.openDirectory(at: path)
        guard lasting else { return }
        do throws(SystemError) {
            let parent = try files.openDirectory(at: OpenDirectory.parent(of: path))
            defer { files.close(parent) }
            try files.synchronize(parent)
        } catch {
            // The parent of a directory that systemd created long ago may be closed to this user.
            guard !isNew else { throw error }
        }
    }

    /// Opens a directory in another one, and creates it where it is missing.
    init(_ name: String, in outer: OpenDirectory, lasting: Bool) throws(SystemError) {
        files = outer.files
        path = "\(outer.path)/\(name)"
        _ = try OpenDirectory.isCreated { () throws(SystemError) in
            try outer.files.makeDirectory(name, in: outer.descriptor)
        }
        descriptor = try files.openDirectory(name, in: outer.descriptor)
        if lasting { try files.synchronize(outer.descriptor) }
    }

    deinit { files.close(descriptor) }

    /// Whether the closure created a directory; false when that existed.
    private static func isCreated(_ create: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try create()
            return true
        } catch {
            guard error.errno == .alreadyExists else { throw error }
            return false
        }
    }

    /// The directory of a path's last part.
    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : parts.isEmpty ? "." : "") + parts.joined(separator: "/")
    }
}
