import DriverCore
import DriverTestKit
import NetworkTypes

/// The values of the records in the folder `Records`, by file name.
enum Samples {
    static let networks: [String: Network] = [
        "network-card": Network(
            id: .first, attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false,
            pools: [AddressPool(subnet: "192.168.1.0/24", gateway: "192.168.1.1")]),
        "network-vlan-in-vlan": Network(
            id: .second, attachment: .macvlan(.vepa),
            parent: .vlan(
                [
                    SubInterface(name: "eth0.100", tag: serviceTag),
                    SubInterface(name: "guests", tag: 50),
                ], lower: "eth0"),
            isInternal: true, pools: .lan,
            settings: LinkSettings(
                mtu: 1400,
                routes: [StaticRoute(to: "10.0.0.0/8", via: "192.168.50.254"), StaticRoute(to: "fd02::/16")],
                hasGateway: false, macAddress: MACAddressPrefix("02:aa:bb").map { .prefixed($0) } ?? .stable),
            broadcastQueueLength: 5000),
        "network-l3s-routes": Network(
            id: .third, attachment: .ipvlan(.l3s, .private), parent: .existing("bond0.7"), isInternal: false,
            pools: [AddressPool(subnet: "10.7.0.0/16"), AddressPool(subnet: "fd00:7::/64")],
            settings: LinkSettings(routes: [StaticRoute(to: "172.16.0.0/12")]), hostRoutes: .pools),
        "network-l3-endpoint-routes": Network(
            id: NetworkID(unchecked: "endpoints"), attachment: .ipvlan(.l3, .bridge), parent: .existing("eth2"),
            isInternal: false, pools: [AddressPool(subnet: "10.30.0.0/16"), AddressPool(subnet: "fd30::/64")],
            hostRoutes: .endpoints),
        "network-isolated": Network(
            id: .swarm, attachment: .ipvlan(.l2, .bridge), parent: .isolated("sd-k3xq9v0zt1w8"), isInternal: false,
            pools: [AddressPool(subnet: "0.0.0.0/0")]),
        "network-passthru": Network(
            id: NetworkID(unchecked: "passthru"), attachment: .macvlan(.passthru), parent: .existing("eth1"),
            isInternal: false, pools: [], settings: LinkSettings(macAddress: .random), broadcastQueueLength: 0),
        "network-fixed-mac": Network(
            id: NetworkID(unchecked: "fixed"), attachment: .macvlan(.private), parent: .existing("wlan0"),
            isInternal: false, pools: [AddressPool(subnet: "192.168.2.0/24")],
            settings: LinkSettings(mtu: 68, macAddress: .fixed("02:42:ac:11:00:02"))),
        "network-interface-prefix": Network(
            id: NetworkID(unchecked: "prefix"), attachment: .macvlan(.bridge), parent: .existing("eth0"),
            isInternal: false, pools: [AddressPool(subnet: "192.168.3.0/24")],
            settings: LinkSettings(interfacePrefix: InterfacePrefix("lan"))),
        "network-routers": Network(
            id: NetworkID(unchecked: "routers"), attachment: .macvlan(.bridge), parent: .existing("eth0"),
            isInternal: false, pools: [AddressPool(subnet: "203.0.113.8/29"), AddressPool(subnet: "2001:db8::/64")],
            settings: LinkSettings(routers: ["198.51.100.1", "fe80::1"])),
    ]

    static let endpoints: [String: Endpoint] = [
        "endpoint-macvlan": Endpoint(
            id: .web, networkID: .first, addresses: ["192.168.1.10/24", "fd00::10/64"],
            macAddress: "02:42:c0:a8:01:0a",
            settings: LinkSettings(
                mtu: 1400, routes: [StaticRoute(to: "10.0.0.0/8", via: "192.168.1.254")],
                macAddress: .fixed("02:42:c0:a8:01:0a")),
            hasJoined: true),
        "endpoint-ipvlan": Endpoint(
            id: .mail, networkID: .third, addresses: [], macAddress: nil, settings: LinkSettings(hasGateway: false)),
        "endpoint-router": Endpoint(
            id: .dns, networkID: .first, addresses: ["192.168.1.11/24", "fd00::11/64"], macAddress: nil,
            settings: LinkSettings(hasGateway: false, routers: ["fe80::1"]), hasJoined: true,
            sandbox: "/var/run/docker/netns/3c5f0b7d9e11"),
    ]

    private static var serviceTag: VLANTag {
        let tag: VLANTag = 100
        return VLANTag(id: tag.id, protocol: .dot1ad)
    }
}
