import NIOHTTP1

extension HTTPRequestHead {
    /// The method, if any path accepts it.
    var knownMethod: HTTPRequest.Method? { HTTPRequest.Method(rawValue: method.rawValue) }

    /// The path without the query.
    var path: String { String(uri.prefix { $0 != "?" }) }

    /// What follows the first question mark, still encoded.
    var query: String { String(uri.drop { $0 != "?" }.dropFirst()) }
}
