/// Calls as Docker Engine 20.10 makes them.
enum Calls {
    static let capabilities = Request("/NetworkDriver.GetCapabilities")

    static func createNetwork(_ network: Int, parent: String, subnet: String) -> Request {
        Request(
            "/NetworkDriver.CreateNetwork",
            #"{"NetworkID":"\#(id(network))","Options":{"com.docker.network.enable_ipv6":false,"#
                + #""com.docker.network.generic":{"parent":"\#(parent)"}},"IPv4Data":[{"AddressSpace":"LocalDefault","#
                + #""Pool":"\#(subnet)","Gateway":"","AuxAddresses":{}}],"IPv6Data":[]}"#)
    }

    static func deleteNetwork(_ network: Int) -> Request {
        Request("/NetworkDriver.DeleteNetwork", #"{"NetworkID":"\#(id(network))"}"#)
    }

    static func operationalInfo(_ endpoint: Int, in network: Int) -> Request {
        Request("/NetworkDriver.EndpointOperInfo", "{\(identifiers(endpoint, network))}")
    }

    /// The life of an endpoint, in four calls.
    static func life(of endpoint: Int, in network: Int, address: String) -> [Request] {
        let identifiers = identifiers(endpoint, network)
        let options = #""Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}"#
        return [
            Request(
                "/NetworkDriver.CreateEndpoint",
                #"{\#(identifiers),"Interface":{"Address":"\#(address)","AddressIPv6":"","MacAddress":""},"#
                    + "\(options)}"),
            Request("/NetworkDriver.Join", #"{\#(identifiers),"SandboxKey":"/var/run/docker/netns/1",\#(options)}"#),
            Request("/NetworkDriver.Leave", "{\(identifiers)}"),
            Request("/NetworkDriver.DeleteEndpoint", "{\(identifiers)}"),
        ]
    }

    private static func identifiers(_ endpoint: Int, _ network: Int) -> String {
        #""NetworkID":"\#(id(network))","EndpointID":"\#(id(endpoint))""#
    }

    /// An identifier as the engine's are, different in its first 12 digits, of which links get their names.
    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits + String(repeating: "0", count: 52)
    }
}
