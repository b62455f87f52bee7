import DriverCore
import Glibc
import SystemCalls

/// A directory that this process alone uses: it holds the lock of the file `lock` in it.
///
/// The kernel takes the lock away when the process ends, however it does, so that a file that was left is in nobody's
/// way (flock(2)).
final class LockedDirectory: Sendable {
    static let fileName = "lock"

    let directory: OpenDirectory
    private let lock: Int32

    /// Opens and locks a directory; the noun is what people call it.
    init(
        _ noun: String,
        at path: String,
        lasting: Bool,
        files: any FileSystem
    ) throws(StateStoreError) {
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
                sentence: "\(noun) \"\(path)\" is in use by another swiftvlan daemon\(process); stop that one first")
        }
        // For people and for the sentence above alone, so that a full disk is no reason not to start.
        try? writeProcessID()
    }

    deinit {
        // Closing alone would leave the lock with a child that has not executed its program yet.
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
