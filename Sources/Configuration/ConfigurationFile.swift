import Glibc
import Spelling
import SystemCalls

/// All errors in the configuration, in the order of the sources and of the file's lines.
package struct ConfigurationError: Error, CustomStringConvertible {
    /// One sentence per error, which begins with its place: a file and a line, or a variable.
    package let messages: [String]

    package var description: String { messages.joined(separator: "\n") }
}

/// The configuration file: TOML with the settings' keys at its top level.
struct ConfigurationFile {
    /// The maximum size in bytes, far above any real file: a device or a wrong path must not fill the memory.
    private static let sizeLimit = 1 << 20

    let path: String
    /// Whether the file may be missing.
    let isOptional: Bool

    /// Reads the file; throws all errors in it.
    func read() throws(ConfigurationError) -> SettingValues {
        guard let bytes = try contents() else { return [:] }
        let document: TOMLDocument
        do throws(TOMLDocument.SyntaxError) {
            document = try TOMLDocument(bytes)
        } catch {
            throw ConfigurationError(messages: ["\(place(error.line)): \(error.message)"])
        }
        var values: SettingValues = [:]
        var problems: [(line: Int, message: String)] = []
        for key in document.keys {
            do throws(InvalidValue) {
                values[key] = try setting(key).parse(document.value(of: key))
            } catch {
                problems.append((document.line(of: key) ?? 0, error.message))
            }
        }
        guard problems.isEmpty else {
            let inOrder = problems.sorted { $0.line < $1.line }
            throw ConfigurationError(messages: inOrder.map { "\(place($0.line)): \($0.message)" })
        }
        return values
    }

    private func setting(_ key: String) throws(InvalidValue) -> any AnySetting {
        if let setting = SettingTable.all.first(where: { $0.key == key }) { return setting }
        let known = SettingTable.all.map(\.key)
        let hint =
            nearest(to: key, among: known).map { "did you mean \($0)?" }
            ?? "the settings are \(known.joined(separator: ", "))"
        throw InvalidValue(message: "unknown setting \(quoted(key)); \(hint)")
    }

    private func place(_ line: Int) -> String { line > 0 ? "\(path):\(line)" : path }

    /// Returns the bytes of the file, or nil if it is optional and missing.
    private func contents() throws(ConfigurationError) -> [UInt8]? {
        do throws(SystemError) {
            // Non-blocking: the path may be a pipe without a writer.
            let file = try retryingOnInterrupt("open") { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
            defer { close(file) }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while bytes.count <= Self.sizeLimit {
                let count = try retryingOnInterrupt("read") { Glibc.read(file, &chunk, chunk.count) }
                guard count > 0 else { return bytes }
                bytes += chunk[..<count]
            }
        } catch {
            if isOptional, error.errno == .noSuchEntry { return nil }
            throw ConfigurationError(messages: ["\(path): cannot read the configuration file: \(error.errno.text)"])
        }
        throw ConfigurationError(messages: ["\(path): the file is larger than \(Self.sizeLimit) bytes"])
    }
}
