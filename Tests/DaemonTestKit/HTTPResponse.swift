import FoundationEssentials

/// An HTTP answer, decoded on demand.
package struct HTTPResponse: Sendable {
    /// Bytes that are not a complete answer.
    package struct Malformed: Error, CustomStringConvertible {
        package let bytes: [UInt8]

        package var description: String { "no complete answer: \(String(decoding: bytes, as: UTF8.self))" }
    }

    private static let lengthField = Array("content-length:".utf8)

    package let status: Int
    private let head: ArraySlice<UInt8>
    package let bodyBytes: ArraySlice<UInt8>

    /// Removes the first answer from the bytes; nil while it is incomplete.
    init?(takenFrom bytes: inout ArraySlice<UInt8>) throws {
        var length: Int?
        var lineStart = bytes.startIndex
        while let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[lineStart..<lineEnd]
            lineStart = lineEnd + 1
            if let value = Self.length(in: line) { length = value }
            guard line.count <= 1 else { continue }
            let bodyStart = lineStart
            // An answer with status 304 has no body and no length (RFC 9110, 15.4.5).
            guard let status = Self.status(in: bytes[..<bodyStart]), let length = length ?? (status == 304 ? 0 : nil)
            else {
                throw Malformed(bytes: Array(bytes))
            }
            guard bytes.endIndex - bodyStart >= length else { return nil }
            self.status = status
            head = bytes[..<bodyStart]
            bodyBytes = bytes[bodyStart..<bodyStart + length]
            bytes = bytes[(bodyStart + length)...]
            return
        }
        return nil
    }

    private static func status(in head: ArraySlice<UInt8>) -> Int? {
        guard head.starts(with: "HTTP/1.1 ".utf8) else { return nil }
        return number(head.dropFirst(9).prefix(3))
    }

    private static func length(in line: ArraySlice<UInt8>) -> Int? {
        // This bit makes letters lowercase; it is set in the field's other characters.
        guard line.count > lengthField.count, zip(line, lengthField).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
        return number(line.dropFirst(lengthField.count))
    }

    /// A number of up to 12 digits, with white space around it.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.filter { $0 > UInt8(ascii: " ") }
        guard (1...12).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 & 0xf) }
    }

    package var body: String { String(decoding: bodyBytes, as: UTF8.self) }

    /// The fields by their lowercase names.
    package var headers: [String: String] {
        let fields = String(decoding: head, as: UTF8.self).split(separator: "\r\n").dropFirst()
            .map { $0.split(separator: ": ", maxSplits: 1) }.filter { $0.count == 2 }
        return Dictionary(fields.map { ($0[0].lowercased(), String($0[1])) }) { $1 }
    }

    package var closesConnection: Bool { headers["connection"] == "close" }

    /// The message of a refusal that the engine shows: `Err` of a JSON object.
    package var refusal: String? {
        struct Refusal: Decodable {
            let text: String

            enum CodingKeys: String, CodingKey {
                case text = "Err"
            }
        }
        return try? JSONDecoder().decode(Refusal.self, from: Data(bodyBytes)).text
    }
}

/// A request as the engine writes it.
package func post(_ path: String, _ body: String = "", fields: [String] = [], version: String = "1.1") -> String {
    let fields = ["Host: plugin.moby.localhost", "Content-Length: \(body.utf8.count)"] + fields
    return "POST \(path) HTTP/\(version)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}

/// A request of a browser or of curl.
package func get(_ path: String, fields: [String] = []) -> String {
    "GET \(path) HTTP/1.1\r\n" + (["Host: localhost"] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
}
