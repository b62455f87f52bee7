import TestSupport

/// A temporary configuration file.
final class ConfigurationFileFixture {
    private let directory: TemporaryDirectory
    let path: String

    init(_ bytes: [UInt8]) throws {
        directory = try TemporaryDirectory()
        path = directory.file("swiftvlan.toml")
        try writeFile(path, bytes)
    }

    convenience init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }

    /// Runs the body while the file exists.
    func read<Result>(_ body: (String) throws -> Result) rethrows -> Result { try body(path) }
}
