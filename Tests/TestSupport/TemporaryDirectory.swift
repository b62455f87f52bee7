import FoundationEssentials
import Glibc

/// A directory that is removed, with its files, on deinit.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// Creates the directory in `parent`, or in `TMPDIR`.
    package init(in parent: String? = nil) throws {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/swiftvlan-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CallError(call: "mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
