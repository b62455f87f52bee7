import FoundationEssentials

/// An HTTP answer as it came.
package struct Response: Sendable {
    /// Bytes that are no whole answer.
    package struct Malformed: Error {
        package let bytes: [UInt8]
    }

    package let status: Int
    /// The fields by their names in small letters.
    package let headers: [String: String]
    package let body: String

    /// Takes the first answer off the bytes; nil while it has not come whole.
    init?(takenFrom bytes: inout [UInt8]) throws {
        let end = Array("\r\n\r\n".utf8)
        guard let head = bytes.firstRange(of: end) else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let field = line.split(separator: ": ", maxSplits: 1)
            if field.count == 2 { headers[field[0].lowercased()] = String(field[1]) }
        }
        let statusLine = lines.first?.split(separator: " ") ?? []
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1]),
            let length = headers["content-length"].flatMap({ Int($0) }), length >= 0
        else { throw Malformed(bytes: bytes) }
        guard bytes.count >= head.upperBound + length else { return nil }
        self.status = status
        self.headers = headers
        body = String(decoding: bytes[head.upperBound..<head.upperBound + length], as: UTF8.self)
        bytes.removeFirst(head.upperBound + length)
    }

    /// What the engine would show of a refusal: the text under `Err` of a JSON object.
    package var refusal: String? {
        struct Refusal: Decodable {
            let text: String

            enum CodingKeys: String, CodingKey {
                case text = "Err"
            }
        }
        return try? JSONDecoder().decode(Refusal.self, from: Data(body.utf8)).text
    }

    package var closesConnection: Bool { headers["connection"] == "close" }
}

/// A request as the engine writes it.
package func post(_ path: String, _ body: String = "", fields: [String] = [], version: String = "1.1") -> String {
    let fields = ["Host: plugin.moby.localhost", "Content-Length: \(body.utf8.count)"] + fields
    return "POST \(path) HTTP/\(version)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}
