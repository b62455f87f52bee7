import DriverCore
import DriverTestKit
import NetworkTypes
import RemoteDriver
import Testing

@Suite("Join")
struct JoinTests {
    private static func network(_ options: String) -> Exchange {
        Exchange(
            "CreateNetwork",
            """
            {"NetworkID":"4fb1a52fb1cd","Options":{"com.docker.network.generic":{\(options)}},\
            "IPv4Data":[{"Pool":"192.168.50.0/24","Gateway":"192.168.50.1/24"}],"IPv6Data":[]}
            """)
    }

    private static func ids(_ endpoint: String) -> String {
        #""NetworkID":"4fb1a52fb1cd","EndpointID":"\#(endpoint)""#
    }

    @Test("Routes with a next hop have type 0, and on-link routes have type 1 and come first")
    func routes() throws {
        var driver = try newDriver()
        driver.expect(Self.network(#""parent":"eth0","routes":"10.0.0.0/8 via 192.168.50.254, 172.16.0.0/12""#))
        let interface = #""Interface":{"Address":"192.168.50.2/24","MacAddress":"02:00:00:00:00:01"}"#
        driver.expect(Exchange("CreateEndpoint", "{\(Self.ids("one")),\(interface)}"))
        driver.expect(
            Exchange(
                "Join", "{\(Self.ids("one"))}",
                answers: """
                    {"DisableGatewayService":false,"Gateway":"192.168.50.1","GatewayIPv6":"",\
                    "InterfaceName":{"DstPrefix":"eth","SrcName":"svone"},\
                    "StaticRoutes":[{"Destination":"172.16.0.0/12","NextHop":"","RouteType":1},\
                    {"Destination":"10.0.0.0/8","NextHop":"192.168.50.254","RouteType":0}]}
                    """))
    }

    @Test("The interface name starts with the prefix that the network or the endpoint sets", arguments: [true, false])
    func interfacePrefix(isEndpoints: Bool) throws {
        let option = #""com.docker.network.container_iface_prefix":"lan""#
        var driver = try newDriver()
        driver.expect(Self.network(#""parent":"eth0""# + (isEndpoints ? "" : ",\(option)")))
        let options = isEndpoints ? #","Options":{"com.docker.network.portmap":[],\#(option)}"# : ""
        let interface = #""Interface":{"Address":"192.168.50.2/24","MacAddress":"02:00:00:00:00:01"}"#
        driver.expect(Exchange("CreateEndpoint", "{\(Self.ids("one")),\(interface)\(options)}"))
        driver.expect(
            Exchange(
                "Join", "{\(Self.ids("one"))}",
                answers: """
                    {"DisableGatewayService":false,"Gateway":"192.168.50.1","GatewayIPv6":"",\
                    "InterfaceName":{"DstPrefix":"lan","SrcName":"svone"},"StaticRoutes":[]}
                    """))
    }

    @Test("A router outside the subnets gets an on-link route of type 1, even without a subnet")
    func routers() throws {
        var driver = try newDriver()
        driver.expect(
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"4fb1a52fb1cd","Options":{"com.docker.network.generic":\
                {"parent":"eth0","gateway":"198.51.100.1,fe80::1"}},\
                "IPv4Data":[{"Pool":"192.168.50.0/24","Gateway":"192.168.50.1/24"}],\
                "IPv6Data":[{"Pool":"fd00:50::/64","Gateway":"fd00:50::1/64"}]}
                """))
        let interface = #""Interface":{"Address":"192.168.50.2/24","AddressIPv6":"fd00:50::2/64"}"#
        _ = driver.answer(path: "/NetworkDriver.CreateEndpoint", body: Array("{\(Self.ids("one")),\(interface)}".utf8))
        driver.expect(
            Exchange(
                "Join", #"{\#(Self.ids("one")),"SandboxKey":"/var/run/docker/netns/3c5f0b7d9e11"}"#,
                answers: """
                    {"DisableGatewayService":false,"Gateway":"198.51.100.1","GatewayIPv6":"fe80::1",\
                    "InterfaceName":{"DstPrefix":"eth","SrcName":"svone"},\
                    "StaticRoutes":[{"Destination":"198.51.100.1/32","NextHop":"","RouteType":1},\
                    {"Destination":"fe80::1/128","NextHop":"","RouteType":1}]}
                    """))
    }

    /// On this flag depends whether the engine connects a container to its own bridge, `docker_gwbridge`.
    @Test(
        "The engine is to ignore an endpoint exactly if it has no IPv4 default route",
        arguments: [
            (#""parent":"eth0""#, "192.168.50.2/24", false, false),
            (#""parent":"eth0""#, "192.168.50.2/24", true, true),
            (#""parent":"eth0","gateway":"198.51.100.1""#, "192.168.50.2/24", false, false),
            (#""parent":"eth0","gateway":"none""#, "192.168.50.2/24", false, true),
            (#""parent":"eth0","gateway":"none,fe80::1""#, "192.168.50.2/24", false, true),
            (#""parent":"eth0""#, "", false, true),
            (#""parent":"eth0","mode":"l3""#, "192.168.50.2/24", false, false),
            (#""parent":"eth0","mode":"l3""#, "192.168.50.2/32", false, false),
            (#""parent":"eth0","mode":"l3""#, "192.168.50.2/24", true, true),
            (#""parent":"eth0","mode":"l3","gateway":"none""#, "192.168.50.2/24", false, true),
            (#""mode":"bridge""#, "192.168.50.2/24", false, true),
        ])
    func ignored(options: String, address: String, isInternal: Bool, isIgnored: Bool) throws {
        let ids = #""NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e","EndpointID":"one""#
        let pool = address.hasSuffix("/32") ? #""192.168.50.2/32""# : #""192.168.50.0/24","Gateway":"192.168.50.1/24""#
        var driver = try newDriver()
        driver.expect(
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"k3xq9v0zt1w8m4y7n2b5c6d8e","Options":{"com.docker.network.generic":{\(options)},\
                "com.docker.network.internal":\(isInternal)},"IPv4Data":[{"Pool":\(pool)}],\
                "IPv6Data":[{"Pool":"fd00:50::/64","Gateway":"fd00:50::1/64"}]}
                """))
        let interface = #""Interface":{"Address":"\#(address)","AddressIPv6":"fd00:50::2/64"}"#
        _ = driver.answer(path: "/NetworkDriver.CreateEndpoint", body: Array("{\(ids),\(interface)}".utf8))
        let answer = driver.answer(path: "/NetworkDriver.Join", body: Array("{\(ids)}".utf8))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains(#""DisableGatewayService":\#(isIgnored)"#), "\(text)")
    }

    @Test("A join with an address in use is retried, and its final answer is an error")
    func addressInUse() throws {
        let host = FakeHost.usual()
        host.add("dying", kind: .macvlan(.bridge), on: host.link(named: "eth0")?.index)
        host.setMACAddress("02:00:00:00:00:01", of: "dying")
        host.takeIntoContainer("dying")
        var driver = try newDriver(host)
        driver.expect(Self.network(#""parent":"eth0""#))
        for endpoint in ["one", "two"] {
            let interface = #""Interface":{"MacAddress":"02:00:00:00:00:01"}"#
            driver.expect(Exchange("CreateEndpoint", "{\(Self.ids(endpoint)),\(interface)}"))
        }
        let answer = driver.answer(path: "/NetworkDriver.Join", body: Array("{\(Self.ids("two"))}".utf8))
        #expect(answer.retry == .heldByDyingLink)
        #expect(answer.removals.isEmpty)
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("that of endpoint one"))
    }
}
