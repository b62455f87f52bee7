package import SystemCalls

/// The value of a setting that opens a TCP socket: an address, or `off`.
package struct ListenAddress: Hashable, Sendable {
    static let off = ListenAddress(socket: nil)

    /// Nil if no socket is wanted.
    package let socket: InternetAddress?
}

extension ListenAddress: CustomStringConvertible {
    package var description: String { socket.map { "\($0)" } ?? "off" }
}

extension ValueType<ListenAddress> {
    static let listenAddress = Self(
        valueName: "address",
        requirement: "off, or an IP address and a port such as 127.0.0.1:9469 or [::1]:9469"
    ) { raw in
        switch raw {
        case .text("off"), .argument("off"), .text(""), .argument(""): .off
        case .text(let text), .argument(let text):
            InternetAddress(text).flatMap { $0.port == 0 ? nil : ListenAddress(socket: $0) }
        case .number, .other: nil
        }
    }
}
