import NetworkTypes

// Which networks' addresses concern the LAN, and from which MAC address swiftvlan asks about them and announces them.

extension Network {
    /// Whether other hosts resolve the containers' addresses by ARP or neighbor discovery.
    ///
    /// At layer 3 they route to the host instead, and the containers answer no broadcast (`ipvlan_addr_lookup` in
    /// drivers/net/ipvlan/ipvlan_core.c). An isolated network reaches no LAN.
    var isOnLAN: Bool { !attachment.isLayer3 && !parent.isIsolated && hasAddresses }

    /// How long to wait for answers about a new endpoint; nil if the LAN is not asked.
    var conflictTimeout: Duration? {
        guard isOnLAN else { return nil }
        return switch conflictCheck {
        case .warn: .seconds(1)
        case .refuse(let timeout): timeout
        case .off: nil
        }
    }

    var refusesConflicts: Bool {
        if case .refuse = conflictCheck { true } else { false }
    }

    /// Whether swiftvlan announces an endpoint's addresses when it joins.
    var announcesAtJoin: Bool {
        switch announcements {
        case .auto: isOnLAN && !engineAnnounces
        case .on: isOnLAN
        case .off: false
        }
    }

    /// Whether swiftvlan announces the endpoints' addresses after a change of the parent.
    var announcesAfterEvents: Bool { isOnLAN && announcements != .off }

    /// The options that work only with raw frames.
    var optionsNeedingLAN: [String] {
        (refusesConflicts ? ["conflict=refuse"] : []) + (announcements == .on ? ["announce=on"] : [])
    }
}

extension Endpoint {
    /// The MAC address that the endpoint's link has or will have on a parent; ipvlan and passthru links have the
    /// parent's.
    func linkAddress(in network: Network, on parent: HostLink) -> MACAddress? {
        network.attachment.choosesMACAddresses ? macAddress : parent.macAddress
    }

    /// The announcement of the endpoint on a parent; nil if it has no addresses.
    func announcement(in network: Network, on parent: HostLink) -> Announcement? {
        guard !addresses.isEmpty, let macAddress = linkAddress(in: network, on: parent) else { return nil }
        return Announcement(of: addresses.map(\.address), at: macAddress, on: parent.index)
    }
}
