package import SystemCalls

/// The system calls of the store: a seam so low that everything above it runs for real in tests, with every call
/// failing and the power going in between.
///
/// Names are relative to an open directory; a symbolic link at their end is not followed, except where a comment says
/// so. Calls block only on the disk. The caller closes descriptors.
package protocol FileSystem: Sendable {
    /// The user that makes the calls.
    var userID: UInt32 { get }
    /// The owner of a file or directory; a symbolic link at the end of the path is followed.
    func ownerID(of path: String) throws(SystemError) -> UInt32

    /// Opens a directory by its path; a symbolic link at the end is followed.
    func openDirectory(at path: String) throws(SystemError) -> Int32
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// Creates a directory for the caller's user alone.
    func makeDirectory(at path: String) throws(SystemError)
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError)
    /// The names in a directory except `.` and `..`, in any order.
    func names(in directory: Int32) throws(SystemError) -> [String]
    func status(of name: String, in directory: Int32) throws(SystemError) -> FileStatus

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(SystemError) -> Int32
    /// Reads from the file's start, up to the limit.
    func read(from file: Int32, atMost limit: Int) throws(SystemError) -> [UInt8]
    /// Writes all bytes; a failure may leave some of them written.
    func write(_ bytes: [UInt8], to file: Int32) throws(SystemError)
    /// Returns once a file's contents, or a directory's names, survive a power cut.
    func synchronize(_ descriptor: Int32) throws(SystemError)
    /// Locks a file for its descriptor; false when another descriptor has the lock.
    func lock(_ file: Int32) throws(SystemError) -> Bool
    func unlock(_ file: Int32)
    func close(_ descriptor: Int32)

    /// Renames a file in its directory atomically; a file of the new name is replaced.
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError)
    /// Adds a name for a file in another directory; fails when the name exists.
    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(SystemError)
    func unlink(_ name: String, in directory: Int32) throws(SystemError)
}

/// What a file is opened for.
package enum FilePurpose: Hashable, Sendable {
    case reading
    /// A new file, for the caller's user alone.
    case creating
    /// Created where it is missing.
    case locking
    /// Truncated first.
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
