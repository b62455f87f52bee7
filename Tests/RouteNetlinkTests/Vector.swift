import TestSupport

/// Captured messages: what `ip` sent, or what the kernel answered. `Vectors/capture` captures them.
struct Vector {
    /// The command that was run.
    let command: String
    let messages: [[UInt8]]

    init(_ name: String) throws {
        let lines = try readTextFile("\(Self.directory)/\(name).hex").split(
            separator: "\n", omittingEmptySubsequences: false)
        command = lines.first.map { String($0.dropFirst(2)) } ?? ""
        messages = lines.dropFirst().split(separator: "").map { hex($0.joined()) }
    }

    /// The names of all vectors.
    static func names() throws -> [String] {
        try namesInDirectory(directory).filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
    }

    private static let directory = "\(#filePath.dropLast("Vector.swift".count))Vectors"
}
