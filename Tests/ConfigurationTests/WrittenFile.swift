import Glibc
import ServerTestKit

/// A file that a test has written.
final class WrittenFile {
    private let directory: TemporaryDirectory
    let path: String

    init(_ bytes: [UInt8]) throws {
        directory = try TemporaryDirectory()
        path = directory.file("swiftvlan.toml")
        guard let file = fopen(path, "we") else { throw CallError(call: "fopen") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw CallError(call: "fwrite") }
    }

    convenience init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }

    /// Has the file read while it is there.
    func read<Result>(_ body: (String) throws -> Result) rethrows -> Result { try body(path) }
}
