/// What the driver knows at one moment, for reports.
///
/// Taking one copies no records: collections are shared until the driver changes them.
package struct DriverSnapshot: Sendable {
    package var networks: [NetworkID: Network]
    package var endpoints: [EndpointID: Endpoint]
    /// The condition of each network that is not ready.
    package var conditions: [NetworkID: NetworkCondition]
    /// The networks whose records cannot be read, with the reason.
    package var unreadable: [NetworkID: String]
    /// Why other records, such as those of endpoints, cannot be read.
    package var otherUnreadable: [String]
    /// One line about the networks.
    package var status: String
    /// The number of repairs since the start, by type.
    package var repairs: [Repair: Int]
    /// The number of exchanges with LANs since the start.
    package var lanActivity: [LANActivity: Int]
    package var canUseLAN: Bool

    package init(
        networks: [NetworkID: Network] = [:], endpoints: [EndpointID: Endpoint] = [:],
        conditions: [NetworkID: NetworkCondition] = [:], unreadable: [NetworkID: String] = [:],
        otherUnreadable: [String] = [], status: String = "", repairs: [Repair: Int] = [:],
        lanActivity: [LANActivity: Int] = [:], canUseLAN: Bool = true
    ) {
        self.networks = networks
        self.endpoints = endpoints
        self.conditions = conditions
        self.unreadable = unreadable
        self.otherUnreadable = otherUnreadable
        self.status = status
        self.repairs = repairs
        self.lanActivity = lanActivity
        self.canUseLAN = canUseLAN
    }

    package func condition(of id: NetworkID) -> NetworkCondition { conditions[id] ?? .ready }
}

extension Driver {
    /// What the driver knows now; takes a few microseconds.
    package var snapshot: DriverSnapshot {
        DriverSnapshot(
            networks: registry.networks, endpoints: registry.endpoints, conditions: states.all,
            unreadable: registry.unreadable, otherUnreadable: registry.otherUnreadable, status: status,
            repairs: repairs, lanActivity: lanActivity, canUseLAN: lan.canUseLAN)
    }
}
