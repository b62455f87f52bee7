package import Glibc

/// The address of a TCP socket: an IP address and a port, as in `127.0.0.1:9469` or `[::1]:9469` (ip(7), ipv6(7)).
package struct InternetAddress: Hashable, Sendable {
    /// 4 bytes for IPv4, 16 for IPv6.
    private let octets: [UInt8]
    package let port: UInt16

    /// Reads an address and a port; nil for anything else, such as a name or an address with a zone.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (host, digits) = (text[..<colon], text[text.index(after: colon)...])
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { return nil }
        let isIPv6 = host.hasPrefix("[") && host.hasSuffix("]")
        var octets = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        let address = String(isIPv6 ? host.dropFirst().dropLast() : host)
        // A C string ends at its first zero.
        guard !address.utf8.contains(0), inet_pton(isIPv6 ? AF_INET6 : AF_INET, address, &octets) == 1
        else { return nil }
        self.octets = octets
        self.port = port
    }

    package var isIPv6: Bool { octets.count == 16 }

    /// Whether only processes of this host can reach the address.
    package var isLoopback: Bool { isIPv6 ? octets == Self.loopback : octets.first == 127 }

    private static let loopback = [UInt8](repeating: 0, count: 15) + [1]

    /// Passes the address to a C function.
    package func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: octets) }
            return Self.with(address, body)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: octets) }
        return Self.with(address, body)
    }

    private static func with<Address, Result>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let size = socklen_t(MemoryLayout<Address>.size)
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}

extension InternetAddress: CustomStringConvertible {
    /// The address in the shortest form, and the port.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isIPv6 ? AF_INET6 : AF_INET, octets, &text, socklen_t(text.count))
        let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
