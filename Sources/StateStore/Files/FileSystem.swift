package import SystemCalls

/// The system calls of the store.
///
/// Tests replace the file system at this level, so that everything above runs for real while each call fails or the
/// power is cut in between.
///
/// Names are relative to an open directory; a symbolic link at their end is not followed, unless a comment says so.
/// Calls block only on the disk. The caller closes descriptors.
package protocol FileSystem: Sendable {
    /// The ID of the user that makes the calls.
    var userID: UInt32 { get }
    /// Returns the owner of a file or directory; follows a symbolic link at the end of the path.
    func ownerID(of path: String) throws(SystemError) -> UInt32

    /// Opens a directory by its path; follows a symbolic link at the end.
    func openDirectory(at path: String) throws(SystemError) -> Int32
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// Creates a directory that only the caller's user can access.
    func makeDirectory(at path: String) throws(SystemError)
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError)
    /// Returns the names in a directory except `.` and `..`, in any order.
    func names(in directory: Int32) throws(SystemError) -> [String]
    func status(of name: String, in directory: Int32) throws(SystemError) -> FileStatus

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(SystemError) -> Int32
    /// Reads from the start of the file, up to `limit` bytes.
    func read(from file: Int32, atMost limit: Int) throws(SystemError) -> [UInt8]
    /// Writes all bytes; a failure may leave some of them written.
    func write(_ bytes: [UInt8], to file: Int32) throws(SystemError)
    /// Syncs a file's contents or a directory's names, which then survive a power cut.
    func synchronize(_ descriptor: Int32) throws(SystemError)
    /// Locks a file for its descriptor; returns false if another descriptor holds the lock.
    func lock(_ file: Int32) throws(SystemError) -> Bool
    func unlock(_ file: Int32)
    func close(_ descriptor: Int32)

    /// Renames a file in its directory atomically, and replaces a file that has the new name.
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError)
    /// Adds a hard link to a file in another directory; fails if the name exists.
    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(SystemError)
    func unlink(_ name: String, in directory: Int32) throws(SystemError)
}

/// The purpose for which a file is opened.
package enum FilePurpose: Hashable, Sendable {
    case reading
    /// Creates a new file that only the caller's user can access.
    case creating
    /// Creates the file if it is missing.
    case locking
    /// Truncates the file first.
    case overwriting
}

/// A file's properties, read without opening it.
package struct FileStatus: Hashable, Sendable {
    package let isRegular: Bool
    package let size: Int

    package init(isRegular: Bool, size: Int) {
        self.isRegular = isRegular
        self.size = size
    }
}
