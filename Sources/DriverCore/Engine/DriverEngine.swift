import NetworkTypes

/// The driver: keeps networks and endpoints, and makes the host's links and routes agree with them.
///
/// Every call is synchronous and whole: what makes something validates, then changes the kernel, then writes the
/// record, and takes back what it did when a later step fails. What deletes goes the other way, and does not fail when
/// the kernel does: the engine would not call again, so that what could not be removed is kept in mind and tried
/// again. Calls may be repeated, in any order, and for identifiers that are not known; deleting what is not there
/// succeeds. Not to be used from two threads.
package struct DriverEngine<Host: HostNetwork, Store: StateStore> {
    var host: Host
    var store: Store
    var networks: [NetworkID: Network] = [:]
    var endpoints: [EndpointID: Endpoint] = [:]
    /// Addresses that links out of sight may still have.
    var doubts = AddressDoubts()
    /// Networks whose host routes could not be made yet because their parent is down.
    var networksWithoutHostRoutes: Set<NetworkID> = []
    /// What could not be removed.
    var leftovers: [Leftover] = []
    /// Those of them that have been told of already, while they are tried again.
    var announced: Set<Leftover> = []
    /// Networks whose records are there and cannot be read, with what is to be said of them.
    var unreadable: [NetworkID: String] = [:]

    // What the looks at the host have shown
    /// How long something that no record accounts for is left alone; from the next look on, when it is changed.
    package var orphanAge: Duration
    var conditions: [NetworkID: NetworkCondition] = [:]
    var strayLinks = Sightings<InterfaceIndex>()
    var strayRoutes = Sightings<HostRoute>()
    var mayHaveStrayRoutes = true
    var lostEndpoints = Sightings<LostEndpoint>()
    /// The MTUs that VLAN links could not be given.
    var unraisableMTUs: [InterfaceIndex: Int] = [:]
    var mustLookAgain = false
    /// How many parents' links may still be removed in the look under way.
    var removalsLeft = 0
    /// The routes of the host's that the kernel refuses, with its words.
    var refusedRoutes: [HostRoute: String] = [:]
    /// What has been repaired since the start.
    package internal(set) var repairs = RepairCounts()
    private var notices: [Notice] = []

    /// Makes a driver that knows what the store holds. Something on the host that no record accounts for is left alone
    /// for `orphanAge` before it is taken for left over.
    ///
    /// The host is looked at by `repair`, which is to be called before the first call is served.
    package init(host: Host, store: Store, orphanAge: Duration = .seconds(30)) throws(DriverError) {
        self.host = host
        self.store = store
        self.orphanAge = orphanAge
        let state = try storing { (store) throws(StateStoreError) in try store.load() }
        networks = Dictionary(state.networks.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        endpoints = Dictionary(state.endpoints.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for record in state.unreadable {
            if let id = record.networkID { unreadable[id] = record.sentence }
            notice(.recordUnreadable(sentence: record.sentence))
        }
        removeRecordsWithoutNetwork()
    }

    /// Removes the records of endpoints whose network was removed by a run that ended in the middle of that.
    private mutating func removeRecordsWithoutNetwork() {
        for endpoint in endpoints.values {
            guard networks[endpoint.networkID] == nil, unreadable[endpoint.networkID] == nil else { continue }
            // A record that stays is removed at the next start.
            try? store.remove(endpoint.id)
            endpoints[endpoint.id] = nil
        }
    }

    /// The number of networks and endpoints that are known now.
    package var counts: (networks: Int, endpoints: Int) { (networks.count, endpoints.count) }

    /// What the calls since the last time have done, or not done yet, that users should know.
    package mutating func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    mutating func notice(_ notice: Notice) { notices.append(notice) }

    func network(_ id: NetworkID) throws(DriverError) -> Network {
        if let network = networks[id] { return network }
        if let sentence = unreadable[id] { throw .networkUnreadable(id, sentence: sentence) }
        throw .unknownNetwork(id)
    }

    func endpoints(of id: NetworkID) -> [Endpoint] {
        endpoints.values.filter { $0.networkID == id }
    }

    /// Runs a step on the host's links and routes; its failure is the call's.
    mutating func hosting<Result>(
        _ step: (inout Host) throws(HostNetworkError) -> Result
    ) throws(DriverError) -> Result {
        do throws(HostNetworkError) {
            return try step(&host)
        } catch {
            throw .host(error)
        }
    }

    /// Runs a step on the store; its failure is the call's.
    mutating func storing<Result>(
        _ step: (inout Store) throws(StateStoreError) -> Result
    ) throws(DriverError) -> Result {
        do throws(StateStoreError) {
            return try step(&store)
        } catch {
            throw .store(error)
        }
    }
}

extension DriverError {
    static func unknownNetwork(_ id: NetworkID) -> DriverError {
        DriverError(
            "network \(id.short) is not known to swiftvlan; remove it with `docker network rm` and create it again")
    }

    fileprivate static func networkUnreadable(_ id: NetworkID, sentence: String) -> DriverError {
        DriverError("network \(id.short) cannot be used: \(sentence)")
    }
}

extension Notice {
    /// A record could not be read.
    static func recordUnreadable(sentence: String) -> Notice { Notice(sentence, .problem, about: sentence) }
}
