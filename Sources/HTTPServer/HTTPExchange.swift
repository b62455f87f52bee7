/// A request as received over HTTP.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package let method: Method
    /// The path without the query, such as `/NetworkDriver.Join`.
    package let path: String
    /// What follows the question mark, still encoded; empty without one.
    package let query: String
    package let body: [UInt8]
    /// The process at the other end of a Unix socket; nil over TCP.
    package let peer: HTTPPeer?
    /// The field `Host`: the name and port by which the client calls the server.
    package let host: String?

    package init(
        method: Method = .post, path: String, query: String = "", body: [UInt8] = [], peer: HTTPPeer? = nil,
        host: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.peer = peer
        self.host = host
    }
}

/// The process that opened a connection, as the kernel identified it then (`SO_PEERCRED` in unix(7)).
package struct HTTPPeer: Hashable, Sendable {
    package let userID: UInt32
    package let groupID: UInt32

    package init(userID: UInt32, groupID: UInt32) {
        self.userID = userID
        self.groupID = groupID
    }
}

/// The answer to a request.
package struct HTTPResponse: Sendable {
    /// The type of answers to Docker's calls.
    package static let pluginContentType = "application/vnd.docker.plugins.v1.2+json"

    package let status: Int
    package let contentType: String
    /// Further fields of the head, by name.
    package let headers: [(name: String, value: String)]
    /// For Docker a JSON value, never empty: Docker treats an empty body as an error.
    package let body: [UInt8]

    package init(
        status: Int = 200, contentType: String = pluginContentType, headers: [(name: String, value: String)] = [],
        body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// Returns a copy with a further field in its head.
    package func adding(header name: String, _ value: String) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: contentType, headers: headers + [(name: name, value: value)], body: body)
    }
}

/// Answers requests, possibly from several connections at once.
package protocol HTTPResponder: Sendable {
    /// Returns the methods that a path accepts; a request with another one is refused before its body arrives.
    ///
    /// For a path that does not exist, returns all methods: `respond` answers that with status 404.
    func methods(of path: String) -> [HTTPRequest.Method]

    /// Returns the refusal of a request that is refused whatever its body contains, before that arrives; else nil.
    func refusal(of head: HTTPRequest) -> HTTPResponse?

    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// Returns the answer to bytes that are not a valid request, in the form that callers expect.
    func refusal(status: Int, reason: String) -> HTTPResponse
}

extension HTTPResponder {
    /// Docker's calls all use POST.
    package func methods(of path: String) -> [HTTPRequest.Method] { [.post] }

    package func refusal(of head: HTTPRequest) -> HTTPResponse? { nil }
}
