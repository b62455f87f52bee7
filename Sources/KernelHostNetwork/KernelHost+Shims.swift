package import DriverCore
package import NetworkTypes

extension KernelHost {
    package func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor] { [] }

    package func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>? { nil }

    package func replace(_ route: HostRoute) throws(DriverError) { throw .notBuilt }

    package func setSources(_ sources: Set<MACAddress>, of shim: HostLink) throws(DriverError) { throw .notBuilt }

    package func add(_ address: IPAddress, to shim: HostLink) throws(DriverError) { throw .notBuilt }

    package func remove(_ address: IPAddress, from shim: HostLink) throws(DriverError) { throw .notBuilt }

    package func add(_ neighbor: HostNeighbor) throws(DriverError) { throw .notBuilt }

    package func remove(_ neighbor: HostNeighbor) throws(DriverError) { throw .notBuilt }
}

extension DriverError {
    fileprivate static var notBuilt: DriverError { DriverError(.other, message: "not built") }
}
