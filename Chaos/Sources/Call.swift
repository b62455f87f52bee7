import CallTestKit
import DaemonTestKit

/// A call to the daemon as Docker Engine 20.10 makes it.
struct Call: Sendable {
    /// The calls of a network's life, in order.
    enum Kind: String, CaseIterable, Sendable {
        case createNetwork, createEndpoint, join, leave, deleteEndpoint, deleteNetwork
    }

    /// The call's name in the harness's own log lines.
    let name: String
    let text: String

    static let capabilities = Call(name: "GetCapabilities", text: post("/NetworkDriver.GetCapabilities"))

    static func createNetwork(_ plan: NetworkPlan) -> Call { network(.createNetwork, plan, plan.options) }
    static func deleteNetwork(_ plan: NetworkPlan) -> Call { network(.deleteNetwork, plan) }
    static func createEndpoint(_ plan: EndpointPlan) -> Call { endpoint(.createEndpoint, plan) }
    static func join(_ plan: EndpointPlan) -> Call { endpoint(.join, plan) }
    static func leave(_ plan: EndpointPlan) -> Call { endpoint(.leave, plan) }
    static func deleteEndpoint(_ plan: EndpointPlan) -> Call { endpoint(.deleteEndpoint, plan) }

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

    private static func network(
        _ kind: EngineCall.Kind, _ plan: NetworkPlan, _ options: [String: String] = [:]
    ) -> Call {
        var call = EngineCall(kind, network: plan.id, options: options, pools: [(plan.subnet, nil)])
        call.auxiliaryAddresses = plan.auxiliaryAddresses
        return Call(name: "\(kind.rawValue) of \(plan)", text: post(call.path, call.body))
    }

    private static func endpoint(_ kind: EngineCall.Kind, _ plan: EndpointPlan) -> Call {
        var call = EngineCall(kind, network: plan.network.id, endpoint: plan.id, addresses: [plan.address])
        call.macAddress = plan.macAddress ?? ""
        let name = "\(kind.rawValue) of \(plan.id.prefix(12)) in \(plan.network)"
        return Call(name: name, text: post(call.path, call.body))
    }
}
