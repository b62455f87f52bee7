/// One call of the engine's, as HTTP brought it: a path such as `/NetworkDriver.Join` and a body.
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
    /// The HTTP status; the engine takes 200 alone for success.
    package let status: Int
    /// A JSON value, never empty: the engine takes an empty body for an error.
    package let body: [UInt8]

    package init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// What stands behind the socket. Requests of several connections come at the same time.
package protocol PluginResponder: Sendable {
    func respond(to request: PluginRequest) async -> PluginResponse

    /// The answer to what cannot even be read as a request, in the form that callers of this protocol expect.
    func refusal(status: Int, reason: String) -> PluginResponse
}
