package import DriverCore
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func create(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        var created = try createUnfinished(plan)
        guard plan.broadcastQueueLength == nil || created.broadcastQueueLength == plan.broadcastQueueLength else {
            undo(created)
            throw DriverError(noBroadcastQueueLengthFor: plan)
        }
        do throws(DriverError) {
            try described { () throws(RouteError) in
                if plan.kind.isSetUp, !plan.generatesAddress { try stopAddressGeneration(of: &created) }
            }
            // Before the link is set up: from then on it would answer for the host's own addresses.
            if case .shim(_, _, let sources?) = plan.kind {
                try setSources(sources, of: created.index, named: created.name)
            }
            try described { () throws(RouteError) in try finish(created, plan) }
        } catch {
            undo(created)
            throw error
        }
        var link = HostLink(created)
        link.owner = plan.owner
        link.isUp = plan.kind.isSetUp && (plan.kind.comesUpAlone || plan.kind.lower?.isUp ?? true)
        return link
    }

    package func setUp(_ link: HostLink) throws(DriverError) {
        try described { () throws(RouteError) in
            try change(link.index, named: link.name, LinkChanges(isUp: true))
        }
    }

    package func setMTU(_ mtu: Int, of link: HostLink) throws(DriverError) {
        try described { () throws(RouteError) in
            try client.change(link.index, named: link.name, LinkChanges(mtu: UInt32(clamping: mtu)))
        }
    }

    package func setAddressGeneration(_ isOn: Bool, of link: HostLink) throws(DriverError) {
        try described { () throws(RouteError) in
            let mode: IPv6AddressGeneration = isOn ? .eui64 : .noAddress
            try client.change(link.index, named: link.name, LinkChanges(ipv6AddressGeneration: mode))
            // The kernel adds its address only when it brings a link up, and does not remove it later.
            guard let prefix = link.macAddress.flatMap({ IPPrefix.linkLocal(for: $0) }) else { return }
            let address = AddressMessage(link: link.index, prefix: prefix)
            do throws(RouteError) {
                if !isOn {
                    try client.remove(address, linkName: link.name)
                } else if link.isUp {
                    try client.add(address, linkName: link.name)
                }
            } catch {
                switch error.errno {
                case .alreadyExists, .addressNotAvailable: break
                // IPv6 is disabled on the link.
                case .accessDenied: break
                default: throw error
                }
            }
        }
    }

    /// Creates the link without its alias, and returns the kernel's description of it.
    private func createUnfinished(_ plan: HostLinkPlan) throws(DriverError) -> LinkMessage {
        do throws(RouteError) {
            let created = try client.create(NewLink(plan), parentName: plan.kind.lower?.name, isEchoed: true)
            if let created { return created }
        } catch {
            throw DriverError(creating: error)
        }
        let found: LinkMessage?
        do throws(RouteError) {
            found = try client.link(named: plan.name)
        } catch {
            // Deleting by name is safe: the kernel has just created the link for this program. The reaper needs an
            // index.
            try? client.delete(plan.name)
            throw DriverError(error)
        }
        guard let found else {
            throw DriverError(.other, message: "another program removed new link \"\(plan.name)\" at once; try again")
        }
        return found
    }

    /// Stops the kernel from giving the host an IPv6 address on a link that is still down.
    ///
    /// This needs a separate request: the kernel refuses the change while it creates a link (`rtnl_newlink`), and in a
    /// joint request it would bring the link up first (`do_setlink` in net/core/rtnetlink.c). A link may have no IPv6,
    /// which may be disabled or need a larger MTU; that is no failure.
    private func stopAddressGeneration(of link: inout LinkMessage) throws(RouteError) {
        do throws(RouteError) {
            try client.change(link.index, named: link.name, LinkChanges(ipv6AddressGeneration: .noAddress))
            if link.ipv6AddressGeneration != nil { link.ipv6AddressGeneration = .noAddress }
        } catch {
            guard error.errno == .addressFamilyNotSupported else { throw error }
        }
    }

    /// Sets the planned alias and the default group, and brings the link up.
    ///
    /// In one request, the kernel sets group and alias first: they remain even if bringing the link up fails because
    /// the lower link is down (`do_setlink` in net/core/rtnetlink.c). The kernel would then log a warning about a link
    /// in an inconsistent state; a separate request avoids that if the lower link is known to be down.
    private func finish(_ link: LinkMessage, _ plan: HostLinkPlan) throws(RouteError) {
        let isSetUpAtOnce = plan.kind.isSetUp && plan.kind.lower?.isUp ?? true
        let changes = LinkChanges(isUp: isSetUpAtOnce ? true : nil, alias: plan.owner.alias, group: .default)
        try change(link.index, named: link.name, changes)
        // The lower link may have come up since it was read, before the kernel had a link on it to bring up too.
        if plan.kind.isSetUp, !isSetUpAtOnce { try change(link.index, named: link.name, LinkChanges(isUp: true)) }
    }

    /// Removes a link that is not as planned; blocks for a kernel grace period only if the link cannot be retired.
    private func undo(_ link: LinkMessage) {
        do throws(RouteError) {
            try retire(link)
        } catch {
            try? client.delete(link.index, named: link.name)
        }
    }

    /// Changes a link, and accepts that it stays down with its parent.
    ///
    /// A VLAN link cannot come up on a parent that is down (`vlan_dev_open` in net/8021q/vlan_dev.c); the kernel brings
    /// it up with the parent.
    private func change(_ index: InterfaceIndex, named name: String, _ changes: LinkChanges) throws(RouteError) {
        do throws(RouteError) {
            try client.change(index, named: name, changes)
        } catch {
            guard error.errno == .networkDown else { throw error }
        }
    }
}

extension HostLinkPlan.Kind {
    fileprivate var isSetUp: Bool { if case .endpoint = self { false } else { true } }

    /// Whether the link comes up even if its lower link is down: only VLAN links do not (`vlan_dev_open`).
    fileprivate var comesUpAlone: Bool { if case .vlan = self { false } else { true } }
}

extension LinkMessage {
    fileprivate var broadcastQueueLength: UInt32? {
        guard case .macvlan(let settings) = kind else { return nil }
        return settings.broadcastQueueLength
    }
}

extension DriverError {
    fileprivate init(noBroadcastQueueLengthFor plan: HostLinkPlan) {
        let place = plan.kind.lower.map { " on \"\($0.name)\"" } ?? ""
        self.init(
            .settingNotSupported,
            message: """
                create link "\(plan.name)"\(place): this kernel cannot set bcqueuelen, which needs Linux 5.11 or newer; \
                leave the option out
                """)
    }
}
