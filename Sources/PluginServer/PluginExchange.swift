/// A call from Docker, as received over HTTP: a path such as `/NetworkDriver.Join` and a body.
package struct PluginRequest: Sendable {
    package let path: String
    package let body: [UInt8]

    package init(path: String, body: [UInt8]) {
        self.path = path
        self.body = body
    }
}

/// The answer to a call.
package struct PluginResponse: Sendable {
    /// The HTTP status; Docker accepts only 200 as success.
    package let status: Int
    /// A JSON value, never empty: Docker treats an empty body as an error.
    package let body: [UInt8]

    package init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Answers requests, possibly from several connections at once.
package protocol PluginResponder: Sendable {
    func respond(to request: PluginRequest) async -> PluginResponse

    /// Returns the answer to bytes that are not a valid request, in the form that callers expect.
    func refusal(status: Int, reason: String) -> PluginResponse
}
