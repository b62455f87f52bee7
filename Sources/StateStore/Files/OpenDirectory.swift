import SystemCalls

/// An open directory; the object's deinitializer closes it.
final class OpenDirectory: Sendable {
    let files: any FileSystem
    /// The path, for messages.
    let path: String
    let descriptor: Int32

    /// Opens a directory, and creates it if it is missing; its parent must exist.
    ///
    /// The name of a lasting directory is synced, so that it survives a power cut. It is synced even if it existed,
    /// because a daemon may have been killed between creating it and the sync.
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
            // systemd may have created the directory long ago, in a parent that this user cannot open.
            guard !isNew else { throw error }
        }
    }

    /// Opens a directory in another one, and creates it if it is missing.
    init(_ name: String, in outer: OpenDirectory, lasting: Bool) throws(SystemError) {
        files = outer.files
        path = "\(outer.path)/\(name)"
        _ = try OpenDirectory.isCreated { () throws(SystemError) in
            try outer.files.makeDirectory(name, in: outer.descriptor)
        }
        descriptor = try files.openDirectory(name, in: outer.descriptor)
        if lasting { try files.synchronize(outer.descriptor) }
    }

    /// Opens an existing directory, to read from it.
    init(existing path: String, files: any FileSystem) throws(SystemError) {
        self.files = files
        self.path = path
        descriptor = try files.openDirectory(at: path)
    }

    deinit { files.close(descriptor) }

    /// Returns whether `create` created a directory; false if the directory existed.
    private static func isCreated(_ create: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try create()
            return true
        } catch {
            guard error.errno == .alreadyExists else { throw error }
            return false
        }
    }

    /// Returns the path of the parent directory.
    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : parts.isEmpty ? "." : "") + parts.joined(separator: "/")
    }
}
