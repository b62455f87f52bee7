import CallTestKit
import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

/// A driver on a host in memory, and the hands of the engine and the user who deal with both.
struct Lab {
    let faults: FaultSchedule
    let host: FakeHost
    var driver: Driver
    /// What came of the last reconciliation.
    var last = Reconciliation(isUnfinished: false, isWatching: false, didTry: false)

    init(_ host: FakeHost? = nil, state: StoredState = StoredState()) throws {
        faults = FaultSchedule()
        self.host = host ?? .usual(faults: faults)
        driver = try Driver(host: self.host, store: MemoryStore(state, faults: faults))
    }

    init(changing change: (FakeHost) -> Void) throws {
        try self.init()
        change(host)
    }

    /// The store as it is now, where it is the usual one.
    var store: MemoryStore { driver.registry.store as? MemoryStore ?? MemoryStore() }

    /// The number of networks and endpoints that are known.
    var counts: (networks: Int, endpoints: Int) { (driver.registry.networks.count, driver.registry.endpoints.count) }

    /// The names of the links that are there to stay.
    var links: Set<String> { Set(host.living.map(\.name)) }

    func link(_ name: String) throws -> HostLink {
        try #require(host.link(named: name), "there is no link \(name)")
    }

    // MARK: What the engine calls, made again as often as it has to be for links on their way out

    mutating func createNetwork(
        _ id: NetworkID = .first, _ options: [String: String] = ["parent": "eth0"], isInternal: Bool = false,
        pools: [AddressPool] = .lan
    ) throws(DriverError) {
        let request = NetworkRequest(id: id, options: options, isInternal: isInternal, pools: pools)
        try repeating { (driver) throws(DriverError) in try driver.createNetwork(request) }
    }

    mutating func deleteNetwork(_ id: NetworkID = .first) throws(DriverError) {
        _ = try repeating { (driver) throws(DriverError) in try driver.deleteNetwork(id) }
    }

    @discardableResult
    mutating func createEndpoint(
        _ id: EndpointID = .web, in network: NetworkID = .first, _ addresses: [IPPrefix] = [],
        mac: MACAddress? = nil, options: [String: String] = [:]
    ) throws(DriverError) -> MACAddress? {
        let request = EndpointRequest(
            id: id, networkID: network, addresses: addresses, macAddress: mac, options: options)
        let result = try repeating { (driver) throws(DriverError) in try driver.createEndpoint(request) }
        return result.chosenMACAddress
    }

    @discardableResult
    mutating func join(_ id: EndpointID = .web, in network: NetworkID = .first) throws(DriverError) -> JoinResult {
        try repeating { (driver) throws(DriverError) in try driver.join(id, network: network) }
    }

    mutating func deleteEndpoint(_ id: EndpointID = .web) throws(DriverError) {
        _ = try repeating { (driver) throws(DriverError) in try driver.deleteEndpoint(id) }
    }

    /// Makes a call, before which the engine brings the link of an endpoint that it deletes back.
    mutating func carryOut(_ call: EngineCall) throws(DriverError) {
        if call.kind == .deleteEndpoint { bringBack(EndpointID(unchecked: call.endpoint)) }
        try repeating { (driver) throws(DriverError) in try call.carryOut(&driver) }
    }

    /// Brings an endpoint's link back from its container, as the engine does before it deletes the endpoint.
    mutating func bringBack(_ id: EndpointID) {
        if let name = LinkNames.endpoint(id) { host.bringBack(name.text) }
    }

    /// Makes a call, and makes it again when a link that was in its way has gone.
    mutating func repeating<Result>(
        _ call: (inout Driver) throws(DriverError) -> Result
    ) throws(DriverError) -> Result {
        for _ in 0..<100 {
            do throws(DriverError) {
                return try call(&driver)
            } catch {
                guard let removal = error.retry?.removal else { throw error }
                host.finish(removal)
            }
        }
        return try call(&driver)
    }

    /// The sentence with which a call is refused.
    func refusal(_ call: (inout Lab) throws(DriverError) -> Void) throws -> String {
        var copy = self
        return try #require(throws: DriverError.self) { try call(&copy) }.description
    }
}
