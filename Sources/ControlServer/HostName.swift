/// The field `Host` of a request, by which the client calls the server.
enum HostName {
    /// Whether a client on this host may call a server on the loopback address by this name: an IP address, `localhost`,
    /// or a name below that.
    ///
    /// A page in a browser of this host could otherwise read everything: its server resolves its own name to 127.0.0.1
    /// once the page is loaded (DNS rebinding).
    static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("[") { return true }
        let name = host.prefix { $0 != ":" }.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost")
            || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
