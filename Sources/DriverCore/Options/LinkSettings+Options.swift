import NetworkTypes

// The options that networks and endpoints share.

extension RawOptions {
    /// Reads `mtu=1400`: at least the 68 bytes of IPv4 (RFC 791), at most 65535.
    func mtu(_ key: Key) throws(DriverError) -> Int? { try number(key, in: 68...65535) }

    /// Reads `com.docker.network.container_iface_prefix=lan`.
    func interfacePrefix(_ key: Key) throws(DriverError) -> InterfacePrefix? {
        guard let text = self[key] else { return nil }
        if let prefix = InterfacePrefix(text) { return prefix }
        throw invalid(
            key,
            valid:
                "1 to \(InterfacePrefix.maximumLength) letters, digits and the like, to which Docker appends a number, "
                + "as in lan")
    }

    /// Reads `mac=stable`, `mac=random`, `mac=02:aa:bb`, or with `takesWhole` a full address.
    func macAddressPolicy(_ key: Key, takesWhole: Bool) throws(DriverError) -> MACAddressPolicy? {
        switch self[key] {
        case nil: return nil
        case "stable": return .stable
        case "random": return .random
        case let text?:
            if let prefix = MACAddressPrefix(text) {
                guard !prefix.isMulticast else {
                    throw notUsable(
                        key, why: "such addresses are multicast ones",
                        instead: "choose an even first octet, such as 02")
                }
                return .prefixed(prefix)
            }
            guard let address = MACAddress(text) else {
                let whole = takesWhole ? ", or a whole address" : ""
                throw invalid(key, valid: "stable, random, or one to five octets such as 02:aa:bb" + whole)
            }
            guard takesWhole else {
                throw notUsable(
                    key, why: "all containers of the network would have the same address",
                    instead: "give one to five octets here, and the whole with `docker run --mac-address`")
            }
            return .fixed(address)
        }
    }

    /// Reads `routes=10.0.0.0/8 via 192.168.1.254, 172.16.0.0/12`.
    func routes(_ key: Key) throws(DriverError) -> [StaticRoute]? {
        guard let text = self[key] else { return nil }
        var routes: [StaticRoute] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            routes.append(try route(key, item.split(separator: " ")))
        }
        return routes
    }

    private func route(_ key: Key, _ words: [Substring]) throws(DriverError) -> StaticRoute {
        guard let first = words.first, words.count == 1 || (words.count == 3 && words[1] == "via"),
            let destination = IPPrefix(first) ?? IPAddress(first).flatMap({ IPPrefix($0, length: $0.family.bitWidth) })
        else {
            throw invalid(key, valid: "SUBNET or SUBNET via ADDRESS, with commas between several")
        }
        guard destination == destination.network else {
            throw notUsable(key, why: "\(first) has host bits", instead: "write \(destination.network)")
        }
        guard destination.length > 0 else {
            throw notUsable(
                key, why: "\(first) is a default route",
                instead: words.count == 3 ? "write gateway=\(words[2])" : "name its router with gateway=ADDRESS")
        }
        guard words.count == 3 else { return StaticRoute(to: destination) }
        guard let gateway = IPAddress(words[2]) else {
            throw notUsable(key, why: "\(words[2]) is not an address", instead: "write the next hop's after \"via\"")
        }
        guard gateway.family == destination.family else {
            throw notUsable(
                key, why: "\(destination) and \(gateway) are of different families",
                instead: "name a next hop of \(destination.family.rawValue)")
        }
        return StaticRoute(to: destination, via: gateway)
    }
}
