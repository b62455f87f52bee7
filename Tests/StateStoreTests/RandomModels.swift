import DriverCore
import NetworkTypes
import TestSupport

/// Random networks and endpoints of every kind, the same for the same seed.
struct RandomModels {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func network(id: NetworkID? = nil) -> Network {
        Network(
            id: id ?? NetworkID(unchecked: identifier()),
            attachment: attachment(),
            parent: parent(),
            isInternal: .random(using: &random),
            pools: many { AddressPool(subnet: $0.prefix(), gateway: $0.maybe { $0.address() }) },
            settings: settings(),
            broadcastQueueLength: maybe { .random(in: 0...UInt32.max, using: &$0.random) },
            hostRoutes: HostRoutePolicy.allCases.randomElement(using: &random) ?? .off)
    }

    mutating func endpoint(id: EndpointID? = nil) -> Endpoint {
        Endpoint(
            id: id ?? EndpointID(unchecked: identifier()),
            networkID: NetworkID(unchecked: identifier()),
            addresses: many { $0.prefix() },
            macAddress: maybe { $0.macAddress() },
            settings: settings(),
            hasJoined: .random(using: &random),
            sandbox: maybe { $0.identifier() })
    }

    private mutating func identifier() -> String {
        text(of: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", length: 1...128)
    }

    private mutating func linkName() -> InterfaceName {
        while true {
            if let name = InterfaceName(printableText(upTo: InterfaceName.maximumLength)) { return name }
        }
    }

    private mutating func linkOrAlternativeName() -> LinkName {
        while true {
            if let name = LinkName(printableText(upTo: LinkName.maximumLength)) { return name }
        }
    }

    private mutating func printableText(upTo length: Int) -> String {
        text(of: (0x21...0x7E).map { String(UnicodeScalar(UInt8($0))) }.joined(), length: 1...length)
    }

    private mutating func attachment() -> Attachment {
        Bool.random(using: &random)
            ? .macvlan(random.pick(MacvlanMode.allCases))
            : .ipvlan(random.pick(IPvlanMode.allCases), random.pick(IPvlanFlag.allCases))
    }

    private mutating func parent() -> NetworkParent {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .existing(linkOrAlternativeName())
        case 1: .isolated(linkName())
        default: .vlan(many { SubInterface(name: $0.linkName(), tag: $0.tag()) }, lower: linkOrAlternativeName())
        }
    }

    private mutating func tag() -> VLANTag {
        while true {
            guard let id = VLANID(.random(in: 0...4095, using: &random)) else { continue }
            return VLANTag(id: id, protocol: random.pick([.dot1Q, .dot1ad]))
        }
    }

    private mutating func settings() -> LinkSettings {
        LinkSettings(
            mtu: maybe { .random(in: 68...65535, using: &$0.random) },
            routes: many { StaticRoute(to: $0.prefix(), via: $0.maybe { $0.address() }) },
            hasGateway: .random(using: &random),
            routers: AddressFamily.allCases.compactMap { family in
                maybe { $0.address() }.flatMap { $0.family == family ? $0 : nil }
            },
            macAddress: policy(),
            interfacePrefix: maybe { InterfacePrefix($0.random.pick(["lan", "e", "LAN-", "twelveletter"])) } ?? nil)
    }

    private mutating func policy() -> MACAddressPolicy {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .stable
        case 1: return .random
        case 2: return .fixed(macAddress())
        default:
            let octets = macAddress().description.prefix(3 * Int.random(in: 1...5, using: &random) - 1)
            return MACAddressPrefix(octets).map { .prefixed($0) } ?? .stable
        }
    }

    private mutating func macAddress() -> MACAddress {
        MACAddress(bits: .random(in: 0...UInt64.max, using: &random))
    }

    private mutating func address() -> IPAddress {
        guard Bool.random(using: &random) else {
            return .v4(IPv4Address(bits: .random(in: 0...UInt32.max, using: &random)))
        }
        let all = UInt128.random(in: 0...UInt128.max, using: &random)
        // Runs of zeros, which the text form shortens.
        let masks: [UInt128] = [.max, 0xFFFF << 112 | 0xFFFF, 0xFFFF << 64, 0xFFFF_FFFF, 0]
        return .v6(IPv6Address(bits: all & random.pick(masks)))
    }

    private mutating func prefix() -> IPPrefix {
        let address = address()
        let length = Int.random(in: 0...address.family.bitWidth, using: &random)
        return IPPrefix(address, length: length) ?? .everything(address.family)
    }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? {
        Bool.random(using: &random) ? make(&self) : nil
    }

    private mutating func many<Value>(_ make: (inout Self) -> Value) -> [Value] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in make(&self) }
    }

    private mutating func text(of characters: String, length: ClosedRange<Int>) -> String {
        let characters = Array(characters)
        return String((0..<Int.random(in: length, using: &random)).map { _ in random.pick(characters) })
    }
}
