import DriverCore
import RemoteDriver
import Testing

@Suite("Refused calls")
struct RefusalTests {
    private static let network = "4fb1a52fb1cd4ee4ae8a2bd3a6e9f7c1d0b9e8a7f6c5d4e3b2a1908f7e6d5c4b"
    private static let ids = #""NetworkID":"\#(network)","EndpointID":"9d8c7b6a5f4e""#

    private static let withArguments = [
        "AllocateNetwork", "FreeNetwork", "GwAllocCheck", "CreateNetwork", "DeleteNetwork", "CreateEndpoint",
        "EndpointOperInfo", "DeleteEndpoint", "Join", "Leave", "ProgramExternalConnectivity",
        "RevokeExternalConnectivity", "DiscoverNew", "DiscoverDelete",
    ]

    @Test("A call without a body is refused", arguments: withArguments)
    func emptyBody(_ method: String) throws {
        var driver = try newDriver()
        driver.expect(
            Exchange(
                method,
                answers: #"{"Err":"/NetworkDriver.\#(method): the request has no body; make the call again"}"#,
                status: 400))
    }

    @Test("Exactly the calls that change something need the driver")
    func needsDriver() {
        let methods = ["CreateEndpoint", "CreateNetwork", "DeleteEndpoint", "DeleteNetwork", "Join", "Leave"]
        #expect(CallTable.paths.filter(CallTable.needsDriver) == methods.map { "/NetworkDriver.\($0)" })
        #expect(!CallTable.needsDriver("/NetworkDriver.Nonsense"))
    }

    @Test(
        "An unknown method gets status 404",
        arguments: [
            "/", "", "/NetworkDriver.Nonsense", "/networkdriver.join", "/Plugin.Activate/", "/IpamDriver.RequestPool",
        ])
    func unknownPath(_ path: String) throws {
        var driver = try newDriver()
        let answer = driver.answer(path: path, body: [])
        #expect(answer.status == 404)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"Err":"\#(path): unknown method"}"#)
    }

    private static let malformed: [(method: String, request: String, place: String)] = [
        ("CreateNetwork", "nonsense", "it is not JSON"),
        ("CreateNetwork", "{", "it is not JSON"),
        ("CreateNetwork", "[]", "a value has the wrong type"),
        ("CreateNetwork", "null", "a value is null"),
        ("CreateNetwork", "{}", #"\"NetworkID\" is missing"#),
        ("CreateNetwork", #"{"networkid":"1"}"#, #"\"NetworkID\" is missing"#),
        ("CreateNetwork", #"{"NetworkID":null}"#, "a value is null at NetworkID"),
        ("CreateNetwork", #"{"NetworkID":7}"#, "a value has the wrong type at NetworkID"),
        ("CreateNetwork", #"{"NetworkID":""}"#, #"\"\" is not a network identifier at NetworkID"#),
        (
            "CreateNetwork", #"{"NetworkID":"\#(String(repeating: "a", count: 129))"}"#,
            #"\"\#(String(repeating: "a", count: 129))\" is not a network identifier at NetworkID"#
        ),
        ("CreateNetwork", #"{"NetworkID":"a b"}"#, #"\"a b\" is not a network identifier at NetworkID"#),
        ("DeleteNetwork", #"{"NetworkID":"../etc"}"#, #"\"../etc\" is not a network identifier at NetworkID"#),
        ("CreateNetwork", #"{"NetworkID":"1","Options":[]}"#, "a value has the wrong type at Options"),
        (
            "CreateNetwork", #"{"NetworkID":"1","Options":{"com.docker.network.generic":{"parent":7}}}"#,
            "a value has the wrong type at Options.com.docker.network.generic.parent"
        ),
        (
            "CreateNetwork", #"{"NetworkID":"1","Options":{"com.docker.network.internal":"true"}}"#,
            "a value has the wrong type at Options.com.docker.network.internal"
        ),
        ("CreateNetwork", #"{"NetworkID":"1","IPv4Data":{}}"#, "a value has the wrong type at IPv4Data"),
        (
            "CreateNetwork", #"{"NetworkID":"1","IPv4Data":[{"Pool":"10.0.0.0/8"},{"Pool":"10.0.0.0/33"}]}"#,
            #"\"10.0.0.0/33\" is not an address with a prefix length at IPv4Data.1.Pool"#
        ),
        (
            "CreateNetwork", #"{"NetworkID":"1","IPv6Data":[{"Gateway":"fd00::1"}]}"#,
            #"\"fd00::1\" is not an address with a prefix length at IPv6Data.0.Gateway"#
        ),
        ("CreateEndpoint", #"{"NetworkID":"1"}"#, #"\"EndpointID\" is missing"#),
        (
            "CreateEndpoint", #"{\#(ids),"Interface":{"Address":"10.0.0.2"}}"#,
            #"\"10.0.0.2\" is not an address with a prefix length at Interface.Address"#
        ),
        (
            "CreateEndpoint", #"{\#(ids),"Interface":{"MacAddress":"02:42"}}"#,
            #"\"02:42\" is not a MAC address of six bytes at Interface.MacAddress"#
        ),
        ("CreateEndpoint", #"{\#(ids),"Options":{"mtu":1400}}"#, "a value has the wrong type at Options.mtu"),
        (
            "Join", #"{"NetworkID":"1","EndpointID":"%s"}"#, #"\"%s\" is not an endpoint identifier at EndpointID"#
        ),
    ]

    @Test("A malformed request is refused with the location of the error", arguments: malformed)
    func placesOfMistakes(_ method: String, _ request: String, _ place: String) throws {
        var driver = try newDriver()
        driver.expect(
            Exchange(
                method, request,
                answers: #"{"Err":"/NetworkDriver.\#(method): the request cannot be read: \#(place)"}"#, status: 400))
        #expect(driver.status == "0 networks")
    }

    @Test("An error of the driver is an answer with status 200, which Docker shows unchanged")
    func refusals() throws {
        var driver = try newDriver()
        driver.expect(
            Exchange(
                "CreateNetwork",
                #"{"NetworkID":"\#(Self.network)","Options":{"com.docker.network.generic":{"parnet":"eth0"}}}"#,
                answers: #"{"Err":"parnet=eth0: there is no option \"parnet\"; did you mean parent=eth0?"}"#))
        driver.expect(
            Exchange(
                "CreateEndpoint", "{\(Self.ids)}",
                answers: """
                    {"Err":"network 4fb1a52fb1cd is not known to swiftvlan; \
                    remove it with `docker network rm` and create it again"}
                    """))
        driver.expect(
            Exchange(
                "Join", "{\(Self.ids)}",
                answers: """
                    {"Err":"network 4fb1a52fb1cd is not known to swiftvlan; \
                    remove it with `docker network rm` and create it again"}
                    """))
    }

    @Test("An unknown endpoint option is refused")
    func endpointOption() throws {
        var driver = try newDriver()
        driver.expect(Exchange("CreateNetwork", #"{"NetworkID":"\#(Self.network)"}"#))
        driver.expect(
            Exchange(
                "CreateEndpoint", #"{\#(Self.ids),"Options":{"mut":"1400"}}"#,
                answers: #"{"Err":"mut=1400: there is no endpoint option \"mut\"; did you mean mtu=1400?"}"#))
    }

    @Test("Endpoint options that the engine adds are accepted in any form, and the user's of the same name are refused")
    func engineNotes() throws {
        var driver = try newDriver()
        driver.expect(Exchange("CreateNetwork", #"{"NetworkID":"\#(Self.network)"}"#))
        for note in ["portmap", "endpoint.exposedports", "endpoint.dnsservers", "endpoint.later"] {
            for value in ["[]", "null", "{}", "7", "true", #"[{"Proto":6}]"#] {
                driver.expect(
                    Exchange(
                        "CreateEndpoint",
                        """
                        {\(Self.ids),"Interface":{"MacAddress":"02:42:ac:11:00:02"},"Options":{\
                        "com.docker.network.endpoint.macaddress":"AkKsEQAC","com.docker.network.\(note)":\(value)}}
                        """))
            }
        }
        driver.expect(
            Exchange(
                "CreateEndpoint",
                #"{\#(Self.ids),"Options":{"com.docker.network.endpoint.macaddress":"02:42:ac:11:00:02"}}"#,
                answers: """
                    {"Err":"com.docker.network.endpoint.macaddress=02:42:ac:11:00:02: this is not an option but \
                    information that Docker passes to drivers; use `docker run --mac-address`"}
                    """))
    }

    @Test(
        "An address announcement option is accepted from an engine that sends enable_ipv4",
        arguments: ["true", "false", "[]"])
    func announcements(_ value: String) throws {
        var driver = try newDriver()
        let generic = #""com.docker.network.generic":{"com.docker.network.advertise_addr_ms":"100"}"#
        driver.expect(
            Exchange(
                "CreateNetwork", #"{"NetworkID":"\#(Self.network)","Options":{\#(generic)}}"#,
                answers: """
                    {"Err":"com.docker.network.advertise_addr_ms=100: this Docker Engine does not know the option; \
                    leave it out or use Docker Engine 28.0 or newer"}
                    """))
        driver.expect(
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(Self.network)","Options":{\(generic),"com.docker.network.enable_ipv4":\(value)}}
                """))
    }

    @Test("Unknown keys and missing optional keys are ignored")
    func unknownKeys() throws {
        var driver = try newDriver()
        driver.expect(
            Exchange(
                "CreateNetwork",
                """
                {"NetworkID":"\(Self.network)","Comment":{"deep":[1,2,{"er":null}]},\
                "Options":{"com.docker.network.somewhat":[{}]},"IPv4Data":null,"IPv6Data":[{}]}
                """))
        driver.expect(
            Exchange(
                "CreateEndpoint", #"{\#(Self.ids),"Interface":{},"Options":null}"#,
                answers: #"{"Interface":{"MacAddress":"22:39:e7:41:63:e0"}}"#))
        driver.expect(Exchange("DeleteEndpoint", #"{\#(Self.ids),"Force":true}"#))
    }

    @Test("A call returns the removals to wait for, and a call blocked by a removal asks for a retry")
    func removals() throws {
        var driver = try newDriver()
        let create = #"{"NetworkID":"\#(Self.network)"}"#
        driver.expect(Exchange("CreateNetwork", create))
        let deleted = driver.answer(path: "/NetworkDriver.DeleteNetwork", body: Array(create.utf8))
        #expect(deleted.removals.count == 1)
        #expect(deleted.retry == nil)
        let again = driver.answer(path: "/NetworkDriver.CreateNetwork", body: Array(create.utf8))
        #expect(again.removals == deleted.removals)
        #expect(again.retry == deleted.removals.first.map { .linkBeingRemoved($0) })
        #expect(again.status == 503)
    }
}
