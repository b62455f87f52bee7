package import DriverCore
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func create(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        let made = try createUnfinished(plan)
        guard plan.broadcastQueueLength == nil || made.broadcastQueueLength == plan.broadcastQueueLength else {
            undo(made)
            throw DriverError(noBroadcastQueueLengthFor: plan)
        }
        do throws(RouteError) {
            try finish(made, plan)
        } catch {
            undo(made)
            throw DriverError(error)
        }
        var link = HostLink(made)
        link.owner = plan.owner
        link.isUp = plan.kind.isSetUp && plan.kind.lower?.isUp ?? true
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

    /// Creates the link alone, and finds out what it has become.
    private func createUnfinished(_ plan: HostLinkPlan) throws(DriverError) -> LinkMessage {
        do throws(RouteError) {
            let made = try client.create(NewLink(plan), parentName: plan.kind.lower?.name, isEchoed: true)
            if let made { return made }
        } catch {
            throw DriverError(creating: error)
        }
        let found: LinkMessage?
        do throws(RouteError) {
            found = try client.link(named: plan.name)
        } catch {
            // The name alone says which link it is, and is safe: the kernel has made it for us and for nobody else.
            // The reaper takes no link without an index.
            try? client.delete(plan.name)
            throw DriverError(error)
        }
        guard let found else {
            throw DriverError(.other, message: "new link \"\(plan.name)\" was removed by somebody at once; try again")
        }
        return found
    }

    /// Makes the link what it was planned to be: with its alias, in the group that links are in by default, and set up.
    ///
    /// That is one step of the kernel's, which gives a link its group and alias before it sets it up: they stay where
    /// this fails because the link below is down (`do_setlink` in net/core/rtnetlink.c). The kernel would then write a
    /// warning into its log about a link in an inconsistent state, which a step of its own avoids where it is known
    /// that the link below is down.
    private func finish(_ link: LinkMessage, _ plan: HostLinkPlan) throws(RouteError) {
        let isSetUpAtOnce = plan.kind.isSetUp && plan.kind.lower?.isUp ?? true
        let changes = LinkChanges(isUp: isSetUpAtOnce ? true : nil, alias: plan.owner.alias, group: .default)
        try change(link.index, named: link.name, changes)
        // By now the link below may have been set up, and the kernel not have known of the one upon it.
        if plan.kind.isSetUp, !isSetUpAtOnce { try change(link.index, named: link.name, LinkChanges(isUp: true)) }
    }

    /// Has a link removed that is not what it was to be; waits for the kernel to do it only where it cannot be retired.
    private func undo(_ link: LinkMessage) {
        do throws(RouteError) {
            try retire(link)
        } catch {
            try? client.delete(link.index, named: link.name)
        }
    }

    /// Changes a link, and perhaps sets it up. On a parent that is down a VLAN cannot be (`vlan_dev_open` in
    /// net/8021q/vlan_dev.c); the kernel sets it up when the parent is, so that this is no failure.
    private func change(_ index: InterfaceIndex, named name: String, _ changes: LinkChanges) throws(RouteError) {
        do throws(RouteError) {
            try client.change(index, named: name, changes)
        } catch {
            guard error.errno == .networkDown else { throw error }
        }
    }
}

extension HostLinkPlan.Kind {
    fileprivate var isSetUp: Bool {
        if case .endpoint = self { false } else { true }
    }
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
                create link "\(plan.name)"\(place): this kernel does not take a length of the broadcast queue, which \
                macvlan links have since Linux 5.11; leave it out
                """)
    }
}
