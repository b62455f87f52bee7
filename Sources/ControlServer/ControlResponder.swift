import ControlAPI
package import HTTPServer
import Topology

/// Answers requests on the control socket and, without those that change something, over TCP.
package struct ControlResponder: HTTPResponder {
    private let source: any ControlSource
    /// Whether requests that change something exist here; they do not over TCP.
    private let allowsChanges: Bool
    private let statusCache = StatusCache()

    package init(_ source: any ControlSource, allowsChanges: Bool) {
        self.source = source
        self.allowsChanges = allowsChanges
    }

    package func methods(of path: String) -> [HTTPRequest.Method] {
        guard let path = self.path(path) else { return [.get, .post] }
        return path.changesSomething ? [.post] : [.get]
    }

    private func path(_ text: String) -> ControlPath? {
        ControlPath(rawValue: text).flatMap { $0.changesSomething && !allowsChanges ? nil : $0 }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let path = path(request.path) else {
            return refusal(status: 404, reason: "there is no \(request.path) here; see docs/api.md for the paths")
        }
        if path.changesSomething, request.peer?.userID != 0 {
            return refusal(status: 403, reason: "\(request.path) is only for root; run the command as root")
        }
        switch path {
        case .page: return .text("text/html; charset=utf-8", PackageResources.index_html)
        case .pageScript: return .text("text/javascript; charset=utf-8", PackageResources.page_js)
        case .pageStyle: return .text("text/css; charset=utf-8", PackageResources.page_css)
        case .picture: return .text("image/svg+xml", [])
        case .status: return await status(request)
        case .events: return await events(request)
        case .metrics: return .text("text/plain; version=0.0.4; charset=utf-8", await source.metrics())
        case .health: return .text("text/plain; charset=utf-8", Array("ok\n".utf8))
        case .reconcile: return .json(await source.reconcile())
        case .garbage: return await garbage(request)
        }
    }

    package func refusal(status: Int, reason: String) -> HTTPResponse {
        .json(ErrorDocument(error: reason), status: status)
    }

    private func status(_ request: HTTPRequest) async -> HTTPResponse {
        let query = ControlQuery(request.query)
        var document: StatusDocument?
        if let revision = query["after"] {
            document = await source.status(after: revision, within: query.wait)
        } else {
            document = await source.status()
        }
        guard let document else { return HTTPResponse(status: 304, contentType: "application/json", body: []) }
        return HTTPResponse(contentType: "application/json", body: statusCache.bytes(of: document))
    }

    private func events(_ request: HTTPRequest) async -> HTTPResponse {
        let query = ControlQuery(request.query)
        return .json(
            await source.events(after: query.position, atMost: query.count, within: query.wait))
    }

    private func garbage(_ request: HTTPRequest) async -> HTTPResponse {
        guard let wanted = ControlJSON.read(GarbageRequest.self, from: request.body) else {
            return refusal(status: 400, reason: "the body of \(request.path) is not a list of networks and endpoints")
        }
        return .json(await source.collectGarbage(wanted))
    }
}

extension HTTPResponse {
    fileprivate static func json(_ document: some Encodable, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: ControlJSON.bytes(of: document))
    }

    fileprivate static func text(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(contentType: type, body: bytes)
    }
}
