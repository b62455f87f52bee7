package import CallTestKit
package import DriverCore
package import NetworkTypes

extension EngineCall {
    /// Makes the call to a driver in this process, without the protocol. Omits invalid addresses and subnets, which the
    /// protocol would refuse. `operInfo` does nothing, because it never reaches the driver.
    /// A network with host access has addresses reserved for the host.
    package func carryOut(_ driver: inout Driver, hostAddresses: [IPAddress] = []) throws(DriverError) {
        let (networkID, endpointID) = (NetworkID(unchecked: network), EndpointID(unchecked: endpoint))
        switch kind {
        case .createNetwork:
            let pools = pools.compactMap { (subnet, gateway) in
                IPPrefix(subnet).map { AddressPool(subnet: $0, gateway: gateway.flatMap { IPAddress($0) }) }
            }
            try driver.createNetwork(
                NetworkRequest(
                    id: networkID, options: options, isInternal: isInternal, pools: pools,
                    hostAddresses: hostAddresses))
        case .deleteNetwork: _ = try driver.deleteNetwork(networkID)
        case .createEndpoint:
            _ = try driver.createEndpoint(
                EndpointRequest(
                    id: endpointID, networkID: networkID, addresses: addresses.compactMap { IPPrefix($0) },
                    macAddress: MACAddress(macAddress), options: options))
        case .join: _ = try driver.join(endpointID, network: networkID)
        case .deleteEndpoint: _ = try driver.deleteEndpoint(endpointID)
        case .leave: driver.leave(endpointID, network: networkID)
        case .operInfo: break
        }
    }
}
