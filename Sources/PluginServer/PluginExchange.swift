/// One call of Docker's, as received by HTTP: a path such as `/NetworkDriver.Join` and a body.
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
    /// The HTTP status; Docker takes only 200 for success.
    package let status: Int
    /// A JSON value, never empty: Docker takes an empty body for an error.
    package let body: [UInt8]

    package init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Answers the requests, which may come from several connections at once.
package protocol PluginResponder: Sendable {
    func respond(to request: PluginRequest) async -> PluginResponse

    /// The answer to bytes that are not a request, in the form that callers of this protocol expect.
    func refusal(status: Int, reason: String) -> PluginResponse
}
