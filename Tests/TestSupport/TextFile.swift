import Glibc

/// Reads a whole file.
package func readTextFile(_ path: String) throws -> String {
    guard let file = fopen(path, "re") else { throw CallError(call: "open \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}

/// Writes a whole file; an existing one is replaced.
package func writeTextFile(_ path: String, _ text: String) throws { try writeFile(path, Array(text.utf8)) }

/// Writes a whole file of bytes; an existing one is replaced. Only its owner may read a new file.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CallError(call: "open \(path)") }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw CallError(call: "write \(path)") }
}

/// Returns the names in a directory, sorted.
package func namesInDirectory(_ path: String) throws -> [String] {
    guard let directory = opendir(path) else { throw CallError(call: "opendir \(path)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
