import ServerTestKit

/// A call to the daemon, as Docker Engine 20.10 makes it.
struct Call: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case createNetwork, createEndpoint, join, leave, deleteEndpoint, deleteNetwork

        /// Whether it takes away: then it is answered with success whatever there was.
        var isRemoval: Bool {
            switch self {
            case .leave, .deleteEndpoint, .deleteNetwork: true
            case .createNetwork, .createEndpoint, .join: false
            }
        }
    }

    /// For the harness's own lines in the log.
    let name: String
    let text: String

    private init(_ name: String, _ path: String, _ body: String = "") {
        self.name = name
        text = post("/NetworkDriver.\(path)", body)
    }

    static let capabilities = Call("GetCapabilities", "GetCapabilities")

    static func createNetwork(_ plan: NetworkPlan) -> Call {
        let parent = plan.parentOption.map { #""parent":"\#($0)","# } ?? ""
        let generic = #"{\#(parent)"mode":"\#(plan.kind.mode)"}"#
        return Call(
            "CreateNetwork of \(plan)", "CreateNetwork",
            #"{"NetworkID":"\#(plan.id)","Options":{"com.docker.network.enable_ipv6":false,"#
                + #""com.docker.network.generic":\#(generic)},"IPv4Data":[{"AddressSpace":"LocalDefault","#
                + #""Pool":"\#(plan.subnet)","AuxAddresses":{}}],"IPv6Data":[]}"#)
    }

    static func deleteNetwork(_ plan: NetworkPlan) -> Call {
        Call("DeleteNetwork of \(plan)", "DeleteNetwork", #"{"NetworkID":"\#(plan.id)"}"#)
    }

    static func createEndpoint(_ plan: EndpointPlan) -> Call {
        endpoint(
            "CreateEndpoint", plan,
            #","Interface":{"Address":"\#(plan.address)","AddressIPv6":"","MacAddress":""},"Options":{}"#)
    }

    static func join(_ plan: EndpointPlan) -> Call {
        endpoint("Join", plan, #","SandboxKey":"/var/run/docker/netns/\#(plan.id.prefix(12))","Options":{}"#)
    }

    static func leave(_ plan: EndpointPlan) -> Call { endpoint("Leave", plan) }

    static func deleteEndpoint(_ plan: EndpointPlan) -> Call { endpoint("DeleteEndpoint", plan) }

    static func make(_ kind: Kind, _ plan: EndpointPlan) -> Call {
        switch kind {
        case .createNetwork: createNetwork(plan.network)
        case .createEndpoint: createEndpoint(plan)
        case .join: join(plan)
        case .leave: leave(plan)
        case .deleteEndpoint: deleteEndpoint(plan)
        case .deleteNetwork: deleteNetwork(plan.network)
        }
    }

    private static func endpoint(_ name: String, _ plan: EndpointPlan, _ more: String = "") -> Call {
        Call(
            "\(name) of \(plan.id.prefix(12)) in \(plan.network)", name,
            #"{"NetworkID":"\#(plan.network.id)","EndpointID":"\#(plan.id)"\#(more)}"#)
    }
}
