import Glibc
import Spelling

/// The configuration file: settings at its top level, by their keys, in TOML.
struct ConfigurationFile {
    /// Far more than anybody writes; a device or a mistaken path must not fill the memory.
    private static let sizeLimit = 1 << 20

    let path: String
    /// Whether there may be none.
    let isOptional: Bool

    /// Reads the file, and takes up everything in it or nothing.
    func read() throws(ConfigurationError) -> SettingLayer {
        guard let bytes = try contents() else { return SettingLayer() }
        let document: TOMLDocument
        do throws(TOMLDocument.SyntaxError) {
            document = try TOMLDocument(bytes)
        } catch {
            throw ConfigurationError(sentences: ["\(place(error.line)): \(error.sentence)"])
        }
        var layer = SettingLayer()
        let problems = document.keys.compactMap { key in
            problem(of: key, in: document, &layer).map { (line: document.line(of: key) ?? 0, sentence: $0) }
        }
        guard problems.isEmpty else {
            let inOrder = problems.sorted { $0.line < $1.line }
            throw ConfigurationError(sentences: inOrder.map { "\(place($0.line)): \($0.sentence)" })
        }
        return layer
    }

    private func problem(of name: String, in document: TOMLDocument, _ layer: inout SettingLayer) -> String? {
        guard let key = SettingKey(rawValue: name) else { return unknown(name) }
        do throws(UnfitValue) {
            try layer.set(key, to: document.value(of: name))
            return nil
        } catch {
            return error.sentence
        }
    }

    private func unknown(_ name: String) -> String {
        let known = SettingKey.allCases.map(\.rawValue)
        let sentence = "there is no setting \(quoted(name))"
        guard let nearest = nearest(to: name, among: known) else {
            return "\(sentence); there are \(known.joined(separator: ", "))"
        }
        return "\(sentence); did you mean \(nearest)?"
    }

    private func place(_ line: Int) -> String { line > 0 ? "\(path):\(line)" : path }

    /// What the file holds; nil when there is none and need not be.
    private func contents() throws(ConfigurationError) -> [UInt8]? {
        // Not blocking, should it be a pipe that nobody writes to.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if isOptional, errno == ENOENT { return nil }
            throw unreadable(errno)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= Self.sizeLimit {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
        throw ConfigurationError(sentences: ["\(path): a configuration file has \(Self.sizeLimit) bytes at most"])
    }

    private func unreadable(_ code: Int32) -> ConfigurationError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ConfigurationError(sentences: ["\(path): the configuration file cannot be read: \(reason)"])
    }
}
