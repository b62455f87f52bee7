import Glibc

/// A file that a test needs and cannot read.
package struct FileError: Error {
    let path: String
    let errno: Int32
}

/// Reads a whole file.
package func readTextFile(_ path: String) throws -> String {
    guard let file = fopen(path, "re") else { throw FileError(path: path, errno: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}

/// Writes a whole file, in the place of one that is there.
package func writeTextFile(_ path: String, _ text: String) throws {
    guard let file = fopen(path, "we") else { throw FileError(path: path, errno: errno) }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FileError(path: path, errno: errno) }
}

/// The names in a directory, sorted.
package func namesInDirectory(_ path: String) throws -> [String] {
    guard let directory = opendir(path) else { throw FileError(path: path, errno: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
