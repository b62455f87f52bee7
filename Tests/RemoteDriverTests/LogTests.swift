import DriverCore
import DriverTestKit
import Logging
import RemoteDriver
import Testing

@Suite("Log messages of calls")
struct LogTests {
    private static let ids = #""NetworkID":"4fb1a52fb1cd","EndpointID":"9d8c7b6a5f4e""#
    private static let ports = """
        [{"Proto":6,"IP":"","Port":80,"HostIP":"","HostPort":8080,"HostPortEnd":8080},{"Proto":17,"Port":53}]
        """

    @Test("Published ports are logged as a warning once per endpoint and do not fail the call")
    func publishedPorts() throws {
        let lines = LogLines()
        var driver = try newDriver()
        driver.expect(Exchange("CreateNetwork", #"{"NetworkID":"4fb1a52fb1cd"}"#))
        for _ in 0..<3 {
            let body = #"{\#(Self.ids),"Options":{"com.docker.network.portmap":\#(Self.ports)}}"#
            #expect(
                driver.answer(path: "/NetworkDriver.CreateEndpoint", body: Array(body.utf8), logger: lines.logger)
                    .status == 200)
        }
        #expect(
            lines.texts(.warning) == [
                """
                published ports have no effect on this network (80/tcp, 53/udp): the container is on the LAN itself \
                and all its ports are reachable at its own address
                """
            ])
    }

    @Test(
        "Missing or malformed published ports cause no warning",
        arguments: ["[]", "null", "7", "{}"])
    func noPorts(_ ports: String) throws {
        let lines = LogLines()
        var driver = try newDriver()
        driver.expect(Exchange("CreateNetwork", #"{"NetworkID":"4fb1a52fb1cd"}"#))
        let body = #"{\#(Self.ids),"Options":{"com.docker.network.portmap":\#(ports)}}"#
        #expect(
            driver.answer(path: "/NetworkDriver.CreateEndpoint", body: Array(body.utf8), logger: lines.logger).status
                == 200)
        #expect(lines.texts(.warning) == [])
    }

    @Test(
        "Host addresses in a new network's subnet are logged, except those that Docker reserves",
        arguments: [
            (#"{}"#, 1), (#"{"host":"192.168.50.2/24"}"#, 0), (#"{"other":"192.168.50.3/24","bad":"<nil>"}"#, 1),
            ("null", 1),
        ])
    func addressesOfHost(_ reserved: String, _ notices: Int) throws {
        let lines = LogLines()
        let host = FakeHost.usual()
        host.addAddress("192.168.50.2/24", to: "eth0")
        var driver = try newDriver(host)
        let body = """
            {"NetworkID":"4fb1a52fb1cd","Options":{"com.docker.network.generic":{"parent":"eth0"}},\
            "IPv4Data":[{"Pool":"192.168.50.0/24","Gateway":"192.168.50.1/24","AuxAddresses":\(reserved)}]}
            """
        let answer = driver.answer(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8), logger: lines.logger)
        #expect(String(decoding: answer.body, as: UTF8.self) == "{}")
        #expect(lines.texts(.notice).count { $0.contains("--aux-address host=192.168.50.2") } == notices)
    }

    @Test("A shortened VLAN link name is logged")
    func shortName() throws {
        let lines = LogLines()
        let host = FakeHost.usual()
        host.add("enx001122334455")
        var driver = try newDriver(host)
        let body = """
            {"NetworkID":"4fb1a52fb1cd","Options":{"com.docker.network.generic":{"parent":"enx001122334455.50"}}}
            """
        _ = driver.answer(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8), logger: lines.logger)
        #expect(lines.texts(.notice).count == 1)
        #expect(lines.texts(.notice).filter { !$0.hasPrefix(#"VLAN link "enx001122334455.50" is named "sl"#) } == [])
    }

    @Test("Each call's event names its network's parent and VLAN IDs, the call, and the time that it took")
    func details() throws {
        let lines = LogLines()
        var driver = try newDriver()
        let options = #"{"com.docker.network.generic":{"parent":"eth0","vlan":"100.50"}}"#
        let bodies = [
            ("CreateNetwork", #"{"NetworkID":"4fb1a52fb1cd","Options":\#(options)}"#),
            ("CreateEndpoint", "{\(Self.ids)}"), ("Join", "{\(Self.ids)}"), ("DeleteEndpoint", "{\(Self.ids)}"),
            ("DeleteNetwork", #"{"NetworkID":"4fb1a52fb1cd"}"#),
        ]
        for (method, body) in bodies {
            let result = driver.result(path: "/NetworkDriver.\(method)", body: Array(body.utf8))
            _ = result.answer(logger: lines.logger, after: .microseconds(17))
        }
        let logged = lines.metadata(.info)
        #expect(logged.map { $0["call"] } == bodies.map { "/NetworkDriver.\($0.0)" })
        #expect(logged.allSatisfy { $0["parent"] == "eth0.100.50" && $0["vlan"] == "100.50" })
        #expect(logged.allSatisfy { $0["network.id"] == "4fb1a52fb1cd" && $0["duration_us"] == "17" })
    }

    @Test("A refused call's event has the parent that the user wrote, or that of its network")
    func refused() throws {
        let lines = LogLines()
        var driver = try newDriver()
        for body in [
            #"{"NetworkID":"1","Options":{"com.docker.network.generic":{"parent":"absent0"}}}"#,
            #"{"NetworkID":"4fb1a52fb1cd","Options":{"com.docker.network.generic":{"parent":"eth0.50"}}}"#,
        ] {
            _ = driver.answer(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8), logger: lines.logger)
        }
        let join = driver.result(path: "/NetworkDriver.Join", body: Array("{\(Self.ids)}".utf8))
        _ = join.answer(logger: lines.logger, after: .milliseconds(2))
        let logged = lines.metadata(.warning).filter { $0["reason"] != nil }
        #expect(logged.map { $0["parent"] } == ["absent0", "eth0.50"])
        #expect(logged.map { $0["vlan"] } == [nil, "50"])
        #expect(logged.map { $0["duration_us"] } == [nil, "2000"])
    }

    @Test("A repeated call logs the notices of its earlier attempts, each once")
    func repeatedCall() throws {
        let lines = LogLines()
        let host = FakeHost.usual()
        host.add("enx001122334455")
        var driver = try newDriver(host)
        let body = #"{"NetworkID":"1","Options":{"com.docker.network.generic":{"parent":"enx001122334455.50"}}}"#
        let first = driver.result(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8))
        var second = driver.result(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8))
        for _ in 0..<2 { second.follow(first) }
        _ = second.answer(logger: lines.logger)
        #expect(lines.texts(.notice).count == 1)
    }
}
