import NetworkTypes

/// Which MTU links can have.
enum MTURules {
    /// The least that IPv6 works with: below it the kernel takes IPv6 off a link (RFC 8200 §5, `addrconf_notify`).
    private static let leastForIPv6 = 1280

    /// Checks an MTU that a user asked for: what is larger than the parent's cannot leave the host.
    static func check(
        _ asked: Int?, on parent: HostLink?, _ families: some Sequence<AddressFamily>
    ) throws(DriverError) {
        guard let asked else { return }
        if let parent, let limit = parent.mtu, asked > limit {
            throw .mtuAboveParent(asked: asked, parent: parent.name, limit: limit)
        }
        if asked < leastForIPv6, families.contains(.ipv6) {
            throw .mtuBelowIPv6(asked: asked, least: leastForIPv6)
        }
    }
}

extension DriverError {
    fileprivate static func mtuAboveParent(asked: Int, parent: String, limit: Int) -> DriverError {
        DriverError(
            "mtu=\(asked): the MTU of parent link \"\(parent)\" is \(limit); use \(limit) or less, or "
                + "raise that first")
    }

    fileprivate static func mtuBelowIPv6(asked: Int, least: Int) -> DriverError {
        DriverError(
            "mtu=\(asked): IPv6 needs an MTU of \(least); use \(least) or more, or leave the IPv6 subnet out")
    }
}
