import ControlAPI
import HTTPServer

extension HTTPResponse {
    static func json(_ document: some Encodable, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: ControlJSON.bytes(of: document)).protected()
    }

    static func text(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(contentType: type, body: bytes).protected()
    }

    /// A page or a part of it, which may load from this server only.
    static func page(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
        text(type, bytes).adding(
            header: "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    }

    /// A picture that a browser may also show on its own: it has its styles in itself, and no script.
    static func picture(_ bytes: [UInt8]) -> HTTPResponse {
        text("image/svg+xml", bytes)
            .adding(header: "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
    }

    /// Returns a copy that browsers neither keep nor take for another type, and that no page of another server can read.
    func protected() -> HTTPResponse {
        adding(header: "Cache-Control", "no-store")
            .adding(header: "X-Content-Type-Options", "nosniff")
            .adding(header: "Referrer-Policy", "no-referrer")
            .adding(header: "Cross-Origin-Resource-Policy", "same-origin")
    }
}
