package import CallTestKit
package import DriverCore
import NetworkTypes

extension EngineCall {
    /// Makes the call to a driver in this process, without the protocol. Omits invalid addresses and subnets, which the
    /// protocol would refuse. `leave` and `operInfo` do nothing, because they never reach the driver.
    package func carryOut(_ driver: inout Driver) throws(DriverError) {
        let (networkID, endpointID) = (NetworkID(unchecked: network), EndpointID(unchecked: endpoint))
        switch kind {
        case .createNetwork:
            let pools = pools.compactMap { (subnet, gateway) in
                IPPrefix(subnet).map { AddressPool(subnet: $0, gateway: gateway.flatMap { IPAddress($0) }) }
            }
            try driver.createNetwork(
                NetworkRequest(id: networkID, options: options, isInternal: isInternal, pools: pools))
        case .deleteNetwork: _ = try driver.deleteNetwork(networkID)
        case .createEndpoint:
            _ = try driver.createEndpoint(
                EndpointRequest(
                    id: endpointID, networkID: networkID, addresses: addresses.compactMap { IPPrefix($0) },
                    macAddress: MACAddress(macAddress), options: options))
        case .join: _ = try driver.join(endpointID, network: networkID)
        case .deleteEndpoint: _ = try driver.deleteEndpoint(endpointID)
        case .leave, .operInfo: break
        }
    }
}
