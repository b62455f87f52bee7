import NetworkTypes

/// Rules for networks whose parent is a port of a VRF.
enum VRFRules {
    /// Refuses what does not work on a port of a VRF.
    static func check(_ network: Network, on port: HostLink, of vrf: HostLink) throws(DriverError) {
        guard let objection = Objection(to: network) else { return }
        throw .optionNotUsable(
            option: objection.option, why: "parent \"\(port.name)\" is \(objection.words(vrf))",
            instead: objection.instead)
    }

    /// Returns the error for a network whose parent has become a port of a VRF.
    static func obstacle(to network: Network, on port: HostLink, of vrf: HostLink) -> DriverError? {
        Objection(to: network).map { objection in
            DriverError(
                "network \(network.id.short) cannot be used: its parent \"\(port.name)\" is now "
                    + "\(objection.words(vrf)); remove it from there, or recreate the network \(objection.without)")
        }
    }

    private enum Objection {
        /// The kernel passes a port's packets to the VRF's function, and not to that of ipvlan l3s (`l3mdev_l3_rcv` in
        /// include/net/l3mdev.h; tried with Linux 6.1).
        case layer3s
        /// The shim and its routes belong to the main table, where another tenant may have the same subnet.
        case hostAccess

        init?(to network: Network) {
            if case .ipvlan(.l3s, _) = network.attachment {
                self = .layer3s
            } else if network.hostAccess != nil {
                self = .hostAccess
            } else {
                return nil
            }
        }

        var option: String {
            switch self {
            case .layer3s: "mode=l3s"
            case .hostAccess: "host_access=on"
            }
        }

        func words(_ vrf: HostLink) -> String {
            let port = "a port of the VRF \"\(vrf.name)\", "
            return switch self {
            case .layer3s: port + "which takes the packets to containers of mode l3s"
            case .hostAccess: port + "and the host reaches containers by its main routing table only"
            }
        }

        var instead: String {
            switch self {
            case .layer3s: "use mode=l3"
            case .hostAccess: "leave it out, or use a parent outside VRFs"
            }
        }

        var without: String {
            switch self {
            case .layer3s: "with mode=l3"
            case .hostAccess: "without host_access"
            }
        }
    }
}
