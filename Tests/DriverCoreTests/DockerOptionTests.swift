import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Docker's own options")
struct DockerOptionTests {
    private static let name = "com.docker.network"

    // MARK: Network options

    @Test(
        "A network option that the engine implements is accepted",
        arguments: [
            "enable_ipv4=true", "enable_ipv6=true", "enable_ipv6=1", "enable_ipv6=", "advertise_addr_nmsgs=3",
            "advertise_addr_ms=100",
        ])
    func engines(_ option: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(option)
        #expect(fixture.counts.networks == 1)
        #expect(fixture.driver.takeNotices() == [])
    }

    private static let onlyBridge = "only Docker's bridge driver has this option"
    private static let note = "this is not an option but information that Docker passes to drivers"
    private static let refused: [(option: String, reason: String)] = [
        ("bridge.name=br0", "\(onlyBridge); name the parent link with -o parent="),
        (
            "bridge.enable_icc=false",
            "\(onlyBridge); use -o mode=private to isolate the network's containers from each other"
        ),
        ("bridge.inhibit_ipv4=true", "\(onlyBridge); leave it out; the host has no address in this network"),
        (
            "bridge.host_binding_ipv4=10.0.0.1",
            "\(onlyBridge); leave it out; all ports are reachable at the container's own address"
        ),
        ("bridge.enable_ip_masquerade=false", "\(onlyBridge); leave it out"),
        ("bridge.gateway_mode_ipv4=routed", "\(onlyBridge); leave it out"),
        ("bridge.gateway_mode_ipv6=routed", "\(onlyBridge); leave it out"),
        ("bridge.trusted_host_interfaces=eth0", "\(onlyBridge); leave it out"),
        ("bridge.default_bridge=true", "\(onlyBridge); leave it out"),
        ("host_ipv4=10.0.0.1", "\(onlyBridge); leave it out"),
        ("host_ipv6=fd00::1", "\(onlyBridge); leave it out"),
        ("driver.overlay.vxlanid_list=256", "only Docker's overlay driver has this option; leave it out"),
        ("driver.overlay.bind_interface=eth0", "only Docker's overlay driver has this option; leave it out"),
        ("windowsshim.interface=eth0", "only Docker on Windows has this option; leave it out"),
        ("driver.private.no_proxy_6to4=true", "\(note); leave it out"),
        ("internal=true", "\(note); use `docker network create --internal`"),
        ("gateway=192.168.50.1", "\(note); use `docker network create --gateway`"),
        ("endpoint.macaddress=02:42:ac:11:00:02", "\(note); use `docker run --mac-address`"),
        ("endpoint.dnsservers=1.1.1.1", "\(note); use `docker run --dns`"),
        ("endpoint.exposedports=80", "\(note); leave it out"),
        ("portmap=80", "\(note); leave it out"),
        ("generic=x", "\(note); leave it out"),
    ]

    @Test(
        "A network option that neither the engine nor the driver implements is refused with the reason",
        arguments: refused)
    func refusedForNetworks(_ option: String, _ reason: String) throws {
        try expect(refusal(ofNetwork: option), equals: "\(Self.name).\(option): \(reason)")
    }

    @Test(
        "An endpoint option that neither the engine nor the driver implements is refused with the reason",
        arguments: refused)
    func refusedForEndpoints(_ option: String, _ reason: String) throws {
        try expect(refusal(ofEndpoint: option), equals: "\(Self.name).\(option): \(reason)")
    }

    @Test("An option for a whole interface name is refused, and the error names the closest option")
    func wholeName() throws {
        let message = """
            com.docker.network.endpoint.ifname=lan0: Docker does not let plugins choose the full name of an interface; \
            use com.docker.network.container_iface_prefix, to which Docker appends a number: lan becomes lan0
            """
        try expect(refusal(ofNetwork: "endpoint.ifname=lan0"), equals: message)
        try expect(refusal(ofEndpoint: "endpoint.ifname=lan0"), equals: message)
    }

    private static let misspellings: [(wrong: String, right: String)] = [
        ("com.docker.network.mtu=1400", "com.docker.network.driver.mtu=1400"),
        ("com.docker.network.bridge.mtu=1400", "com.docker.network.driver.mtu=1400"),
        ("com.docker.network.endpoint.mtu=1400", "com.docker.network.driver.mtu=1400"),
        ("com.docker.network.drivers.mtu=1400", "com.docker.network.driver.mtu=1400"),
        ("com.docker.network.driver.MTU=1400", "com.docker.network.driver.mtu=1400"),
        ("com.docker.network.container_iface_prefx=lan", "com.docker.network.container_iface_prefix=lan"),
        ("com.docker.network.container_interface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
        ("com.docker.network.iface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
        ("com.docker.network.bridge.container_iface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
        ("com.docker.network.driver.container_iface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
        ("container_iface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
        ("iface_prefix=lan", "com.docker.network.container_iface_prefix=lan"),
    ]

    @Test("A misspelled Docker option is refused with the right name", arguments: misspellings)
    func misspelled(_ wrong: String, _ right: String) throws {
        let name = wrong.prefix { $0 != "=" }
        let fixture = try DriverFixture()
        try expect(
            fixture.networkRefusal(whole(wrong)),
            equals: "\(wrong): there is no option \"\(name)\"; did you mean \(right)?"
        )
        var withNetwork = fixture
        try withNetwork.createNetwork()
        try expect(
            withNetwork.endpointRefusal(whole(wrong)),
            equals: "\(wrong): there is no endpoint option \"\(name)\"; did you mean \(right)?")
    }

    @Test("A swiftvlan option with Docker's prefix is refused with its right name")
    func ownUnderDockers() throws {
        #expect(try refusal(ofNetwork: "parent=eth0").hasSuffix("did you mean parent=eth0?"))
        #expect(try refusal(ofNetwork: "macvlan_mode=vepa").hasSuffix("did you mean macvlan_mode=vepa?"))
        #expect(
            try refusal(ofNetwork: "enable_ipv=true").hasSuffix("did you mean com.docker.network.enable_ipv4=true?"))
    }

    @Test("A network option with Docker's prefix that no engine knows is refused")
    func unknownOfNetwork() throws {
        let message = try refusal(ofNetwork: "colour=red")
        #expect(
            message.hasPrefix(
                "com.docker.network.colour=red: there is no option \"com.docker.network.colour\"; the options are parent, "
            ))
    }

    // MARK: Options of newer engines

    private static let ofNewerEngines: [(option: String, pools: [AddressPool], message: String)] = [
        (
            "enable_ipv6=true", [AddressPool(subnet: "192.168.50.0/24")],
            """
            com.docker.network.enable_ipv6=true: this Docker Engine does not read the option; use `docker network \
            create --ipv6` or a newer engine
            """
        ),
        (
            "enable_ipv4=false", .lan,
            """
            com.docker.network.enable_ipv4=false: this Docker Engine does not read the option; use `docker network \
            create --ipv4=false` or a newer engine
            """
        ),
        (
            "enable_ipv6=yes", .lan,
            #"com.docker.network.enable_ipv6=yes: "yes" is neither true nor false; use one of them"#
        ),
        (
            "advertise_addr_nmsgs=3", .lan,
            """
            com.docker.network.advertise_addr_nmsgs=3: this Docker Engine does not know the option; leave it out or \
            use Docker Engine 28.0 or newer
            """
        ),
        (
            "advertise_addr_ms=100", .lan,
            """
            com.docker.network.advertise_addr_ms=100: this Docker Engine does not know the option; leave it out or \
            use Docker Engine 28.0 or newer
            """
        ),
    ]

    @Test("A network option that this engine is too old to implement is refused", arguments: ofNewerEngines)
    func olderEngine(_ option: String, _ pools: [AddressPool], _ message: String) throws {
        let fixture = try DriverFixture()
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.first, dockers(option), pools: pools)
            },
            equals: message)
    }

    @Test("Options that disable an address family are accepted if the engine has disabled it")
    func familyOff() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            .first, dockers("enable_ipv4=0"), pools: [AddressPool(subnet: "fd00:50::/64")])
        try fixture.createNetwork(
            .second, dockers("enable_ipv6=F"), pools: [AddressPool(subnet: "192.168.50.0/24")])
        #expect(fixture.counts.networks == 2)
    }

    // MARK: Endpoint options

    @Test("An endpoint's sysctls are left to the engine")
    func sysctls() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint(options: dockers("endpoint.sysctls=net.ipv6.conf.IFNAME.accept_ra=2"))
        #expect(fixture.driver.takeNotices() == [])
        try expect(
            refusal(ofNetwork: "endpoint.sysctls=net.ipv6.conf.IFNAME.accept_ra=2"),
            equals: """
                com.docker.network.endpoint.sysctls=net.ipv6.conf.IFNAME.accept_ra=2: this option applies to single \
                containers; give it with `docker run --network name=NETWORK,driver-opt=OPTION=VALUE` or `docker \
                network connect --driver-opt`
                """)
    }

    @Test("A network option is refused for an endpoint", arguments: ["enable_ipv6=true", "advertise_addr_ms=100"])
    func ofNetworks(_ option: String) throws {
        try expect(
            refusal(ofEndpoint: option),
            equals: "\(Self.name).\(option): this option applies to networks; give it with `docker network create -o`")
    }

    @Test("An unknown endpoint option of a newer engine is reported once, and the container still starts")
    func unknownOfEndpoint() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        for _ in 0..<2 { try fixture.createEndpoint(options: dockers("endpoint.hostname=web")) }
        #expect(
            fixture.driver.takeNotices().map(\.description) == [
                """
                swiftvlan does not know the option com.docker.network.endpoint.hostname and leaves it to Docker; if it \
                was given with --driver-opt, check that Docker knows it
                """
            ])
        try fixture.createEndpoint(.mail, options: dockers("endpoint.name=mail"))
        #expect(fixture.driver.takeNotices() == [])
    }

    // MARK: Helpers

    private func refusal(ofNetwork option: String) throws -> String {
        try DriverFixture().networkRefusal(dockers(option))
    }

    private func refusal(ofEndpoint option: String) throws -> String {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        return try fixture.endpointRefusal(dockers(option))
    }
}

/// A Docker option from `NAME=VALUE`, where NAME lacks the common prefix.
private func dockers(_ option: String) -> [String: String] { whole("com.docker.network.\(option)") }

/// An option from `NAME=VALUE`.
private func whole(_ option: String) -> [String: String] {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return [parts[0]: parts[1]]
}

extension DriverFixture {
    /// Creates a network as an engine that implements all Docker options does.
    fileprivate mutating func createNetwork(_ option: String) throws(DriverError) {
        var request = NetworkRequest(id: .first, options: dockers(option), pools: .lan)
        request.options["parent"] = "eth0"
        request.engineAnnouncesAddresses = true
        try driver.createNetwork(request)
    }
}
