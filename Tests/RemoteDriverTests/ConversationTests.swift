import DriverCore
import RemoteDriver
import Testing

@Suite("Conversations with Docker")
struct ConversationTests {
    @Test("Every call of a Docker version gets the expected answer", arguments: Conversation.all)
    func answers(_ conversation: Conversation) throws {
        var driver = try newDriver()
        for exchange in conversation.exchanges { driver.expect(exchange) }
        #expect(driver.status == "0 networks")
    }
}

extension Conversation {
    static let all = [engine20, engine26, engine28, engine29, swarm]

    /// All requests, for `DamageTests`.
    static let requests = all.flatMap(\.exchanges)

    private static let greeting = [
        Exchange("/Plugin.Activate", answers: #"{"Implements":["NetworkDriver"]}"#),
        Exchange(
            "GetCapabilities", answers: #"{"ConnectivityScope":"global","GwAllocChecker":true,"Scope":"local"}"#),
    ]

    private static let network = "4fb1a52fb1cd4ee4ae8a2bd3a6e9f7c1d0b9e8a7f6c5d4e3b2a1908f7e6d5c4b"
    private static let endpoint = "9d8c7b6a5f4e3d2c1b0a99887766554433221100ffeeddccbbaa998877665544"
    private static let both = #""NetworkID":"\#(network)","EndpointID":"\#(endpoint)""#
    private static let link = #"{"DstPrefix":"eth","SrcName":"sv9d8c7b6a5f4e"}"#

    /// The calls at the end of a container and its network. Docker 29.0 and later may call Leave twice.
    private static func endingCalls(leaves: Int = 1) -> [Exchange] {
        [Exchange("RevokeExternalConnectivity", "{\(both)}")]
            + Array(repeating: Exchange("Leave", "{\(both)}"), count: leaves)
            + [
                Exchange("DeleteEndpoint", "{\(both)}"),
                Exchange("DeleteNetwork", #"{"NetworkID":"\#(network)"}"#),
            ]
    }

    static let engine20 = Conversation(
        "20.10: a VLAN, a published port",
        greeting + [
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(network)","Options":{"com.docker.network.enable_ipv6":false,\
                "com.docker.network.generic":{"parent":"eth0.50"}},\
                "IPv4Data":[{"AddressSpace":"LocalDefault","AuxAddresses":{"printer":"192.168.50.9/24"},\
                "Gateway":"192.168.50.1/24","Pool":"192.168.50.0/24"}],"IPv6Data":[]}

                """),
            Exchange(
                "CreateEndpoint",
                """
                {\(both),"Interface":{"Address":"192.168.50.2/24","AddressIPv6":"","MacAddress":""},\
                "Options":{"com.docker.network.endpoint.exposedports":[{"Proto":6,"Port":80}],\
                "com.docker.network.portmap":[{"Proto":6,"IP":"","Port":80,"HostIP":"","HostPort":8080,\
                "HostPortEnd":8080}]}}

                """,
                answers: #"{"Interface":{"MacAddress":"7a:cf:fa:4a:df:58"}}"#),
            Exchange(
                "Join",
                """
                {\(both),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11",\
                "Options":{"com.docker.network.endpoint.exposedports":[{"Proto":6,"Port":80}],\
                "com.docker.network.portmap":[{"Proto":6,"IP":"","Port":80,"HostIP":"","HostPort":8080,\
                "HostPortEnd":8080}]}}

                """,
                answers: """
                    {"DisableGatewayService":false,"Gateway":"192.168.50.1","GatewayIPv6":"",\
                    "InterfaceName":\(link),"StaticRoutes":[]}
                    """),
            Exchange(
                "ProgramExternalConnectivity",
                """
                {\(both),"Options":{"com.docker.network.endpoint.exposedports":[{"Proto":6,"Port":80}],\
                "com.docker.network.portmap":[]}}
                """),
            Exchange("EndpointOperInfo", "{\(both)}", answers: #"{"Value":{}}"#),
        ] + endingCalls())

    static let engine26 = Conversation(
        "26.1: both families, the user's MAC address, DNS servers",
        greeting + [
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(network)","Options":{"com.docker.network.enable_ipv6":true,\
                "com.docker.network.generic":{"macvlan_mode":"private","parent":"eth0"}},\
                "IPv4Data":[{"AddressSpace":"LocalDefault","Gateway":"192.168.50.1/24","Pool":"192.168.50.0/24"},\
                {"AddressSpace":"LocalDefault","AuxAddresses":{"out-of-range":"<nil>"},"Gateway":"10.50.0.1/16",\
                "Pool":"10.50.0.0/16"}],\
                "IPv6Data":[{"AddressSpace":"LocalDefault","Gateway":"fd00:50::1/64","Pool":"fd00:50::/64"}]}
                """),
            Exchange(
                "CreateEndpoint",
                """
                {\(both),"Interface":{"Address":"10.50.0.2/16","AddressIPv6":"fd00:50::2/64",\
                "MacAddress":"02:42:ac:11:00:02"},\
                "Options":{"com.docker.network.endpoint.dnsservers":["1.1.1.1"],\
                "com.docker.network.endpoint.exposedports":[],\
                "com.docker.network.endpoint.macaddress":"AkKsEQAC","com.docker.network.portmap":[]}}
                """),
            Exchange(
                "Join",
                """
                {\(both),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11",\
                "Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}
                """,
                answers: """
                    {"DisableGatewayService":false,"Gateway":"10.50.0.1","GatewayIPv6":"fd00:50::1",\
                    "InterfaceName":\(link),"StaticRoutes":[]}
                    """),
            Exchange("ProgramExternalConnectivity", #"{\#(both),"Options":null}"#),
        ] + endingCalls())

    static let engine28 = Conversation(
        "28: no gateway named, ipvlan at layer 3, IPv6 alone",
        greeting + [
            Exchange(
                "GwAllocCheck",
                """
                {"Options":{"com.docker.network.enable_ipv4":false,"com.docker.network.enable_ipv6":true,\
                "com.docker.network.generic":{"ipvlan_mode":"l3","parent":"eth1"}}}
                """,
                answers: #"{"SkipIPv4":true,"SkipIPv6":true}"#),
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(network)","Options":{"com.docker.network.enable_ipv4":false,\
                "com.docker.network.enable_ipv6":true,\
                "com.docker.network.generic":{"ipvlan_mode":"l3","parent":"eth1"}},\
                "IPv4Data":[],"IPv6Data":[{"AddressSpace":"LocalDefault","Pool":"fd00:50::/64"}]}
                """),
            Exchange("EndpointOperInfo", "{\(both)}", answers: #"{"Value":{}}"#),
            Exchange(
                "CreateEndpoint",
                """
                {\(both),"Interface":{"Address":"","AddressIPv6":"fd00:50::2/64","MacAddress":""},\
                "Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[],\
                "com.docker.network.endpoint.sysctls":"net.ipv6.conf.IFNAME.accept_ra=2"}}
                """),
            Exchange(
                "Join",
                """
                {\(both),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11",\
                "Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}
                """,
                answers: """
                    {"DisableGatewayService":true,"Gateway":"","GatewayIPv6":"fd00:50::1",\
                    "InterfaceName":\(link),"StaticRoutes":[]}
                    """),
            Exchange(
                "ProgramExternalConnectivity",
                """
                {\(both),"Options":{"com.docker.network.driver.private.no_proxy_6to4":false,\
                "com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}
                """),
        ] + endingCalls())

    static let engine29 = Conversation(
        "29: an internal network of two subnets without a parent, null IPAM, a refused join",
        greeting + [
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(network)","Options":{"com.docker.network.enable_ipv4":true,\
                "com.docker.network.enable_ipv6":false,"com.docker.network.internal":true,\
                "com.docker.network.generic":{"mode":"l3s"}},\
                "IPv4Data":[{"AddressSpace":"LocalDefault","Pool":"192.168.50.0/24"},\
                {"AddressSpace":"LocalDefault","Pool":"10.50.0.0/16"},{"AddressSpace":"null","Pool":"0.0.0.0/0"}],\
                "IPv6Data":[{"AddressSpace":"null","Pool":"::/0"}]}
                """),
            Exchange(
                "Join", #"{\#(both),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11","Options":{}}"#,
                answers: """
                    {"Err":"endpoint 9d8c7b6a5f4e of network 4fb1a52fb1cd is not known to swiftvlan; \
                    start the container again"}
                    """),
            Exchange("Leave", "{\(both)}"),
            Exchange("DeleteEndpoint", "{\(both)}"),
            Exchange(
                "CreateEndpoint",
                """
                {\(both),"Interface":{"Address":"192.168.50.2/24","AddressIPv6":"","MacAddress":""},"Options":{}}
                """),
            Exchange(
                "Join", #"{\#(both),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11","Options":{}}"#,
                answers: """
                    {"DisableGatewayService":true,"Gateway":"","GatewayIPv6":"","InterfaceName":\(link),\
                    "StaticRoutes":[{"Destination":"10.50.0.0/16","NextHop":"","RouteType":1}]}
                    """),
        ] + endingCalls(leaves: 2))

    static let swarm = Conversation(
        "Swarm: a network that is created again, news of nodes",
        greeting + [
            Exchange(
                "DiscoverNew",
                """
                {"DiscoveryType":1,"DiscoveryData":{"Address":"192.168.1.5","BindAddress":"192.168.1.5","Self":true}}
                """),
            Exchange(
                "AllocateNetwork",
                """
                {"NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e","Options":{"parent":"eth0"},\
                "IPv4Data":[{"AddressSpace":"GlobalDefault","Gateway":"10.0.9.1/24","Pool":"10.0.9.0/24"}],\
                "IPv6Data":null}
                """,
                answers: #"{"Options":{"parent":"eth0"}}"#),
            swarmNetwork, swarmNetwork,
            Exchange("DeleteNetwork", #"{"NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e"}"#),
            Exchange("FreeNetwork", #"{"NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e"}"#),
            Exchange(
                "DiscoverDelete",
                """
                {"DiscoveryType":1,"DiscoveryData":{"Address":"192.168.1.6","BindAddress":"","Self":false}}
                """),
        ])

    private static let swarmNetwork = Exchange(
        "CreateNetwork",
        """
        {"NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e","Options":{"com.docker.network.enable_ipv6":false,\
        "com.docker.network.generic":{"parent":"eth0"},"com.docker.network.internal":false},\
        "IPv4Data":[{"AddressSpace":"GlobalDefault","Gateway":"10.0.9.1/24","Pool":"10.0.9.0/24"}],"IPv6Data":null}
        """)
}
