import Testing

@Suite("GwAllocCheck")
struct GwAllocCheckTests {
    private static let answers: [(options: String, answer: String)] = [
        (#""com.docker.network.generic":{"parent":"eth0"}"#, #"{"SkipIPv4":false,"SkipIPv6":false}"#),
        (
            #""com.docker.network.enable_ipv4":true,"com.docker.network.generic":{"mode":"l2","parent":"eth0"}"#,
            #"{"SkipIPv4":false,"SkipIPv6":false}"#
        ),
        (
            #""com.docker.network.generic":{"gateway":"none","parent":"eth0"}"#,
            #"{"SkipIPv4":false,"SkipIPv6":false}"#
        ),
        (
            #""com.docker.network.generic":{"parent":"eth0"},"com.docker.network.internal":true"#,
            #"{"SkipIPv4":true,"SkipIPv6":true}"#
        ),
        (
            #""com.docker.network.generic":{"parent":"eth0"},"com.docker.network.internal":false"#,
            #"{"SkipIPv4":false,"SkipIPv6":false}"#
        ),
        (#""com.docker.network.generic":{}"#, #"{"SkipIPv4":true,"SkipIPv6":true}"#),
        (#""com.docker.network.generic":{"parnet":"eth0"}"#, #"{"SkipIPv4":true,"SkipIPv6":true}"#),
    ]

    @Test(
        "The answer asks the engine to reserve a gateway if the network can have a router and names none",
        arguments: answers)
    func answer(_ options: String, _ answer: String) throws {
        var driver = try newDriver()
        driver.expect(Exchange("GwAllocCheck", "{\"Options\":{\(options)}}", answers: answer))
    }

    @Test(
        "A request without options, which a future engine may send, reserves nothing",
        arguments: ["{}", #"{"Options":null}"#])
    func noOptions(_ body: String) throws {
        var driver = try newDriver()
        driver.expect(Exchange("GwAllocCheck", body, answers: #"{"SkipIPv4":true,"SkipIPv6":true}"#))
    }
}
