import NetworkTypes

/// Rules for the MTU of links.
enum MTURules {
    /// The minimum MTU of IPv6: below it the kernel removes IPv6 from a link (RFC 8200 §5, `addrconf_notify` in
    /// net/ipv6/addrconf.c).
    private static let minimumForIPv6 = 1280

    /// Checks a requested MTU: packets larger than the parent's MTU cannot leave the host.
    static func check(
        _ asked: Int?, on parent: HostLink?, _ families: some Sequence<AddressFamily>
    ) throws(DriverError) {
        guard let asked else { return }
        if let parent, let limit = parent.mtu, asked > limit {
            throw .mtuAboveParent(asked: asked, parent: parent.name, limit: limit)
        }
        if asked < minimumForIPv6, families.contains(.ipv6) {
            throw .mtuBelowIPv6(asked: asked, least: minimumForIPv6)
        }
    }
}

extension DriverError {
    fileprivate static func mtuAboveParent(asked: Int, parent: String, limit: Int) -> DriverError {
        DriverError(
            "mtu=\(asked): parent link \"\(parent)\" takes packets of \(limit) bytes; use \(limit) or less, or "
                + "raise its MTU first")
    }

    fileprivate static func mtuBelowIPv6(asked: Int, least: Int) -> DriverError {
        DriverError(
            "mtu=\(asked): IPv6 needs \(least) bytes; use \(least) or more, or leave the IPv6 subnet out")
    }
}
