package import DriverCore
package import NetworkTypes

// Values that tests write as literals. An invalid one is a mistake in the test and ends it.

extension IPAddress: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = read(text, IPAddress.init) }
}

extension IPPrefix: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = read(text, IPPrefix.init) }
}

extension MACAddress: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = read(text, MACAddress.init) }
}

extension InterfaceName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = read(text, InterfaceName.init) }
}

extension LinkName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = read(text, LinkName.init) }
}

extension VLANTag: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: UInt16) {
        guard let id = VLANID(number) else { preconditionFailure("\(number) is not a VLAN ID") }
        self.init(id: id)
    }
}

extension NetworkID {
    /// Network identifiers like Docker's, of 64 hexadecimal digits, and one like Swarm's.
    package static let first = NetworkID(unchecked: digits("1f0e9d8c7b6a"))
    package static let second = NetworkID(unchecked: digits("2f0e9d8c7b6a"))
    package static let third = NetworkID(unchecked: digits("3f0e9d8c7b6a"))
    package static let swarm = NetworkID(unchecked: "k3xq9v0zt1w8m4y7n2b5c6d8e")
}

extension EndpointID {
    package static let web = EndpointID(unchecked: digits("a0b1c2d3e4f5"))
    package static let mail = EndpointID(unchecked: digits("b0b1c2d3e4f5"))
    package static let dns = EndpointID(unchecked: digits("c0b1c2d3e4f5"))
}

extension [AddressPool] {
    /// Two subnets of each family, each with its own gateway.
    package static let lan: [AddressPool] = [
        AddressPool(subnet: "192.168.50.0/24", gateway: "192.168.50.1"),
        AddressPool(subnet: "10.50.0.0/16", gateway: "10.50.255.254"),
        AddressPool(subnet: "fd00:50::/64", gateway: "fd00:50::1"),
        AddressPool(subnet: "fd00:51::/64", gateway: "fd00:51::1"),
    ]
}

private func digits(_ start: String) -> String {
    start + String(repeating: "0123456789abcdef", count: 4).prefix(64 - start.count)
}

private func read<Value>(_ text: String, _ parse: (String) -> Value?) -> Value {
    guard let value = parse(text) else { preconditionFailure("\"\(text)\" is no \(Value.self)") }
    return value
}
