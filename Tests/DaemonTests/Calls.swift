/// Calls as the engine makes them.
enum Calls {
    static let network = String(repeating: "ab12", count: 16)
    static let endpoint = String(repeating: "cd34", count: 16)

    static let activate = ("/Plugin.Activate", "")
    static let capabilities = ("/NetworkDriver.GetCapabilities", "")

    /// A network on a link that no host has.
    static let createNetwork = (
        "/NetworkDriver.CreateNetwork",
        #"{"NetworkID":"\#(network)","Options":{"com.docker.network.enable_ipv6":false,"#
            + #""com.docker.network.generic":{"parent":"absent0"}},"IPv4Data":[{"AddressSpace":"LocalDefault","#
            + #""Pool":"192.0.2.0/24","Gateway":"192.0.2.1/24","AuxAddresses":{"router":"192.0.2.2/24"}}],"IPv6Data":[]}"#
    )
    static let createEndpoint = (
        "/NetworkDriver.CreateEndpoint",
        #"{"NetworkID":"\#(network)","EndpointID":"\#(endpoint)","Interface":{"Address":"192.0.2.5/24","#
            + #""AddressIPv6":"","MacAddress":"02:42:c0:00:02:05"},"Options":{}}"#
    )
    static let join = (
        "/NetworkDriver.Join",
        #"{"NetworkID":"\#(network)","EndpointID":"\#(endpoint)","SandboxKey":"/run/docker/netns/1","Options":{}}"#
    )
    static let deleteNetwork = ("/NetworkDriver.DeleteNetwork", #"{"NetworkID":"\#(network)"}"#)

    static let all = [activate, capabilities, createNetwork, createEndpoint, join, deleteNetwork]
}
