import ControlAPI
package import HTTPServer
import Topology

/// Answers requests on the control socket and, without those that change something, over TCP.
package struct ControlResponder: HTTPResponder {
    private let source: any ControlSource
    /// Whether requests that change something exist here; they do not over TCP.
    private let allowsChanges: Bool
    /// Whether only this host can reach the server, and must call it by a local name.
    private let isLocal: Bool
    private let statusWriter = StatusWriter()
    private let statusCache = RevisionCache()
    private let pictureCache = RevisionCache()

    package init(_ source: any ControlSource, allowsChanges: Bool, isLocal: Bool = false) {
        self.source = source
        self.allowsChanges = allowsChanges
        self.isLocal = isLocal
    }

    package func methods(of path: String) -> [HTTPRequest.Method] {
        guard let path = self.path(path) else { return [] }
        return path.changesSomething ? [.post] : [.get]
    }

    private func path(_ text: String) -> ControlPath? {
        ControlPath(rawValue: text).flatMap { $0.changesSomething && !allowsChanges ? nil : $0 }
    }

    package func refusal(of head: HTTPRequest) -> HTTPResponse? {
        if isLocal, let host = head.host, !HostName.isLocal(host) {
            return refusal(status: 403, reason: "this address is for local programs; call it localhost or by its IP")
        }
        guard let path = path(head.path) else {
            return refusal(status: 404, reason: "there is no \(head.path) here; see docs/api.md for the paths")
        }
        guard path.changesSomething, head.peer?.userID != 0 else { return nil }
        return refusal(status: 403, reason: "\(head.path) is only for root; run the command as root")
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        if let refusal = refusal(of: request) { return refusal }
        guard let path = path(request.path) else { return refusal(status: 404, reason: "there is no such path") }
        do throws(ControlQuery.Mistake) {
            return try await answer(path, request)
        } catch {
            return refusal(status: 400, reason: "\(path.rawValue): \(error.reason)")
        }
    }

    package func refusal(status: Int, reason: String) -> HTTPResponse {
        .json(ErrorDocument(error: reason), status: status)
    }

    private func answer(_ path: ControlPath, _ request: HTTPRequest) async throws(ControlQuery.Mistake) -> HTTPResponse
    {
        let query = try ControlQuery(path.isPartOfPage ? "" : request.query, allowing: path.parameters)
        switch path {
        case .page: return .page("text/html; charset=utf-8", PackageResources.index_html)
        case .pageScript: return .page("text/javascript; charset=utf-8", PackageResources.page_js)
        case .pageStyle: return .page("text/css; charset=utf-8", PackageResources.page_css)
        case .picture: return .picture(await picture())
        case .status: return await status(query)
        case .events:
            return .json(await source.events(after: try query.position, atMost: query.count, within: query.wait))
        case .metrics: return .text("text/plain; version=0.0.4; charset=utf-8", await source.metrics())
        case .health: return .text("text/plain; charset=utf-8", Array("ok\n".utf8))
        case .reconcile: return .json(await source.reconcile())
        case .garbage: return await garbage(request)
        }
    }

    private func status(_ query: ControlQuery) async -> HTTPResponse {
        var document: StatusDocument?
        if let revision = query.after {
            document = await source.status(after: revision, within: query.wait)
        } else {
            document = await source.status()
        }
        guard let document else {
            return HTTPResponse(status: 304, contentType: "application/json", body: []).protected()
        }
        let body = statusCache.bytes(of: document, write: statusWriter.bytes)
        return HTTPResponse(contentType: "application/json", body: body).protected()
    }

    private func picture() async -> [UInt8] {
        pictureCache.bytes(of: await source.status()) { Array(SVGTopology.text(TopologyTree($0)).utf8) }
    }

    private func garbage(_ request: HTTPRequest) async -> HTTPResponse {
        guard let wanted = ControlJSON.read(GarbageRequest.self, from: request.body) else {
            return refusal(status: 400, reason: "the body of \(request.path) is not a list of networks and endpoints")
        }
        return .json(await source.collectGarbage(wanted))
    }
}

extension ControlPath {
    /// The parameters that requests may have.
    fileprivate var parameters: [String] {
        switch self {
        case .status: ["after", "wait"]
        case .events: ["after", "wait", "limit"]
        case .page, .pageScript, .pageStyle, .picture, .metrics, .health, .reconcile, .garbage: []
        }
    }

    /// Whether browsers ask for it as for a file, whose query has no meaning here.
    fileprivate var isPartOfPage: Bool {
        switch self {
        case .page, .pageScript, .pageStyle, .picture: true
        case .status, .events, .metrics, .health, .reconcile, .garbage: false
        }
    }
}
