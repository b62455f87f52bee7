import CallTestKit
import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

/// A driver on a host in memory, with the actions of Docker and its users.
struct DriverFixture {
    let faults: FaultSchedule
    let host: FakeHost
    var driver: Driver
    /// The result of the last reconciliation.
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

    /// The current store.
    var store: MemoryStore { driver.registry.store as? MemoryStore ?? MemoryStore() }

    /// The numbers of known networks and endpoints.
    var counts: (networks: Int, endpoints: Int) { (driver.registry.networks.count, driver.registry.endpoints.count) }

    /// The names of the links that are not being removed.
    var links: Set<String> { Set(host.living.map(\.name)) }

    func link(_ name: String) throws -> HostLink { try #require(host.link(named: name), "no link \(name)") }

    // MARK: Docker's calls, retried while a link is being removed

    mutating func createNetwork(
        _ id: NetworkID = .first, _ options: [String: String] = ["parent": "eth0"], isInternal: Bool = false,
        pools: [AddressPool] = .lan, hostAddresses: [IPAddress] = []
    ) throws(DriverError) {
        let request = NetworkRequest(
            id: id, options: options, isInternal: isInternal, pools: pools, hostAddresses: hostAddresses)
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
    mutating func join(
        _ id: EndpointID = .web, in network: NetworkID = .first, sandbox: String? = nil
    ) throws(DriverError) -> JoinResult {
        try repeating { (driver) throws(DriverError) in try driver.join(id, network: network, sandbox: sandbox) }
    }

    mutating func deleteEndpoint(_ id: EndpointID = .web) throws(DriverError) {
        _ = try repeating { (driver) throws(DriverError) in try driver.deleteEndpoint(id) }
    }

    /// Ends a container, which keeps its endpoint's link for now.
    mutating func leave(_ id: EndpointID = .web, in network: NetworkID = .first) {
        driver.leave(id, network: network)
    }

    /// Makes a call. Before DeleteEndpoint it returns the endpoint's link, as Docker does.
    mutating func carryOut(_ call: EngineCall) throws(DriverError) {
        if call.kind == .deleteEndpoint { bringBack(EndpointID(unchecked: call.endpoint)) }
        // Only eth0 has addresses of its own, which serve where none is reserved.
        let isOnPlainParent = call.options["parent"] == "eth0" && call.options["mode"] != "l2"
        let reserved: [IPAddress] = isOnPlainParent ? [] : ["192.168.50.3", "fd00:50::3"]
        try repeating { (driver) throws(DriverError) in try call.carryOut(&driver, hostAddresses: reserved) }
    }

    /// Returns an endpoint's link from its container, as Docker does before it deletes the endpoint.
    mutating func bringBack(_ id: EndpointID) {
        if let name = LinkNames.endpoint(id) { host.bringBack(name.text) }
    }

    /// Makes a call, and repeats it after a link that blocked it has been removed.
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

    /// The end of a refusal that names the first network, which Docker may have lost.
    static let adviceToForgetFirst = """
        ; if `docker network ls` does not show that network, Docker has lost it: run `swiftvlan gc`, or remove \
        "memory/1f0e9d8c7b6a.json" and restart swiftvlan
        """

    /// Returns the error message of a refused call.
    func refusal(_ call: (inout DriverFixture) throws(DriverError) -> Void) throws -> String {
        var copy = self
        return try #require(throws: DriverError.self) { try call(&copy) }.description
    }
}
