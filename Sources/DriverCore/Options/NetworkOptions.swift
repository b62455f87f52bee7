import NetworkTypes

/// The options of `docker network create -o key=value`, checked as far as possible without reading the host.
package struct NetworkOptions: Hashable, Sendable {
    package let attachment: Attachment
    /// The requested parent; nil for an isolated network.
    package let parent: ParentOptions?
    package let settings: LinkSettings
    package let broadcastQueueLength: UInt32?
    /// The routes that the host should have; nil if the user did not say.
    package let hostRoutes: HostRoutePolicy?
    package let hasHostAccess: Bool
    package let conflictCheck: ConflictCheck
    package let announcements: AnnouncementPolicy

    /// This driver's options, in the order in which messages list them.
    enum Key: String, OptionKey {
        case parent, mode
        case macvlanMode = "macvlan_mode"
        case ipvlanMode = "ipvlan_mode"
        case ipvlanFlag = "ipvlan_flag"
        case vlan
        case vlanName = "vlan_name"
        case vlanProtocol = "vlan_protocol"
        case mtu, routes, gateway, mac
        case interfacePrefix = "com.docker.network.container_iface_prefix"
        case hostRoutes = "host_routes"
        case hostAccess = "host_access"
        case conflict
        case conflictTimeout = "conflict_timeout"
        case announce
        case broadcastQueueLength = "bcqueuelen"

        static let noun = "option"
        static let place = DockerEngineOptions.Place.network
        var alias: String? { self == .mtu ? DockerEngineOptions.mtu : nil }
    }

    /// Reads the options. Every key must be known and every value valid.
    package init(_ options: [String: String]) throws(DriverError) {
        let raw = try RawOptions<Key>(options)
        attachment = try Attachment(raw)
        parent = try ParentOptions(raw)
        let gateway = try raw.gateway(.gateway)
        settings = LinkSettings(
            mtu: try raw.mtu(.mtu), routes: try raw.routes(.routes) ?? [],
            hasGateway: gateway?.isNone != true, routers: gateway?.routers ?? [],
            macAddress: try raw.macAddressPolicy(.mac, takesWhole: false) ?? .stable,
            interfacePrefix: try raw.interfacePrefix(.interfacePrefix))
        broadcastQueueLength = try raw.number(.broadcastQueueLength, in: 0...UInt32.max)
        // `on` means `pools`, which was the only choice before `endpoints` was added.
        hostRoutes = raw[.hostRoutes] == OnOff.on.rawValue ? .pools : try raw.choice(.hostRoutes)
        let hostAccess: OnOff? = try raw.choice(.hostAccess)
        hasHostAccess = hostAccess == .on
        conflictCheck = try raw.conflictCheck()
        announcements = try raw.choice(.announce) ?? .auto
        try checkKind(raw)
    }

    /// Refuses options that do not apply to links of this kind.
    private func checkKind(_ raw: RawOptions<Key>) throws(DriverError) {
        if case .ipvlan = attachment, broadcastQueueLength != nil {
            throw raw.notUsable(
                .broadcastQueueLength, why: "ipvlan has a broadcast queue of fixed length",
                instead: "leave it out or choose a macvlan mode")
        }
        if raw[.mac] != nil, !attachment.choosesMACAddresses {
            throw raw.notUsable(
                .mac, why: "\(attachment.kindName) links of this mode have their parent's MAC address",
                instead: "leave it out or choose mode=bridge")
        }
        if let hostRoutes, hostRoutes != .off, !attachment.isLayer3 {
            throw raw.notUsable(
                .hostRoutes, why: "only networks of ipvlan l3 and l3s are routed by the host",
                instead: "leave it out or choose mode=l3")
        }
        if let hostRoutes, hostRoutes != .off, parent == nil {
            throw raw.notUsable(
                .hostRoutes, why: "a network without a parent has no host routes",
                instead: "leave it out or name a parent")
        }
    }
}
