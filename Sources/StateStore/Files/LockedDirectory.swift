import DriverCore
import Glibc
import SystemCalls

/// A directory that this process uses exclusively, through a lock on the file `lock` in it.
///
/// The kernel releases the lock however the process ends, so a remaining file does no harm (flock(2)).
final class LockedDirectory: Sendable {
    static let fileName = "lock"

    let directory: OpenDirectory
    private let lock: Int32

    /// Opens and locks a directory; `noun` names it in messages.
    init(_ noun: String, at path: String, lasting: Bool, files: any FileSystem) throws(StateStoreError) {
        do throws(SystemError) {
            directory = try OpenDirectory(at: path, lasting: lasting, files: files)
            lock = try files.openFile(Self.fileName, in: directory.descriptor, for: .locking)
        } catch {
            throw .cannot("open \(noun) \"\(path)\"", error, in: path, files)
        }
        let isLocked: Bool
        do throws(SystemError) {
            isLocked = try files.lock(lock)
        } catch {
            throw .cannot("lock \(noun) \"\(path)\"", error, in: path, files)
        }
        guard isLocked else {
            let process = Self.processID(in: lock, files).map { " (process \($0))" } ?? ""
            throw StateStoreError(
                message: "\(noun) \"\(path)\" is in use by another swiftvlan daemon\(process); stop that one first")
        }
        // The process ID is only for users and for the message above, so a full disk must not prevent the start.
        try? writeProcessID()
    }

    deinit {
        // Closing is not enough: a child that has not executed its program yet would keep the lock.
        directory.files.unlock(lock)
        directory.files.close(lock)
    }

    private func writeProcessID() throws(SystemError) {
        let files = directory.files
        let file = try files.openFile(Self.fileName, in: directory.descriptor, for: .overwriting)
        defer { files.close(file) }
        try files.write(Array("\(getpid())\n".utf8), to: file)
    }

    private static func processID(in lock: Int32, _ files: any FileSystem) -> Int32? {
        guard let bytes = try? files.read(from: lock, atMost: 32) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
