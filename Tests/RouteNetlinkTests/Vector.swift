import TestSupport

/// Captured messages: requests of `ip`, or answers of the kernel. `Vectors/capture` captures them.
struct Vector {
    /// The command whose messages were captured.
    let command: String
    let messages: [[UInt8]]

    init(_ name: String) throws {
        let lines = try readTextFile("\(Self.directory)/\(name).hex").split(
            separator: "\n", omittingEmptySubsequences: false)
        command = lines.first.map { String($0.dropFirst(2)) } ?? ""
        messages = lines.dropFirst().split(separator: "").map { hex($0.joined()) }
    }

    /// Returns the names of all vectors.
    static func names() throws -> [String] {
        try namesInDirectory(directory).filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
    }

    private static let directory = "\(#filePath.dropLast("Vector.swift".count))Vectors"
}
