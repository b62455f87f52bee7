package import SystemCalls

/// The system calls that the store is made of: a seam as low as that, so that everything above it runs for real in
/// tests, with every call failing and the power going in between.
///
/// Names are looked up in an open directory, and never through a symbolic link at their end unless that is said. No
/// call blocks on anything but the disk. A descriptor is the caller's to close.
package protocol FileSystem: Sendable {
    /// Whose rights the calls are made with.
    var userID: UInt32 { get }
    /// Whose a file or directory is; a symbolic link at the end of the path is followed.
    func ownerID(of path: String) throws(SystemError) -> UInt32

    /// Opens a directory by its path; a symbolic link at the end is followed.
    func openDirectory(at path: String) throws(SystemError) -> Int32
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// Makes a directory for the caller's user alone.
    func makeDirectory(at path: String) throws(SystemError)
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError)
    /// The names in a directory but `.` and `..`, in any order.
    func names(in directory: Int32) throws(SystemError) -> [String]
    func status(of name: String, in directory: Int32) throws(SystemError) -> FileStatus

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(SystemError) -> Int32
    /// Reads from the file's start; what lies beyond the limit is left.
    func read(from file: Int32, atMost limit: Int) throws(SystemError) -> [UInt8]
    /// Writes all the bytes, or fails having written some of them.
    func write(_ bytes: [UInt8], to file: Int32) throws(SystemError)
    /// Returns when a file's contents, or a directory's names, would survive a power cut.
    func synchronize(_ descriptor: Int32) throws(SystemError)
    /// Whether the file is locked for its descriptor now; false when another one has the lock.
    func lock(_ file: Int32) throws(SystemError) -> Bool
    func unlock(_ file: Int32)
    func close(_ descriptor: Int32)

    /// Gives a file another name in its directory, in one step; whatever has that name is replaced.
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError)
    /// Gives a file a further name in another directory; fails when there is one already.
    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(SystemError)
    func unlink(_ name: String, in directory: Int32) throws(SystemError)
}

/// What a file is opened for.
package enum FilePurpose: Hashable, Sendable {
    case reading
    /// A file that is not there yet, for the caller's user alone.
    case creating
    /// Made where it is missing.
    case locking
    /// Emptied first.
    case overwriting
}

/// What is known of a file without opening it.
package struct FileStatus: Hashable, Sendable {
    package let isRegular: Bool
    package let size: Int

    package init(isRegular: Bool, size: Int) {
        self.isRegular = isRegular
        self.size = size
    }
}
