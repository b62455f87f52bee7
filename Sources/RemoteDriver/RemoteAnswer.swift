import FoundationEssentials

/// The answer to Docker.
package struct RemoteAnswer: Sendable {
    /// The HTTP status.
    package let status: Int
    /// A JSON object.
    package let body: [UInt8]

    init(status: Int, encoding body: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let json = try? encoder.encode(body) {
            self.status = status
            self.body = Array(json)
        } else {
            self.status = 500
            self.body = Array(#"{"Err":"the answer could not be written as JSON"}"#.utf8)
        }
    }

    /// Creates an answer from JSON text.
    init(status: Int, json: String) {
        self.status = status
        body = Array(json.utf8)
    }

    /// Creates a refusal in the form that Docker expects.
    package init(status: Int, error: String) { self.init(status: status, encoding: ["Err": error]) }
}
