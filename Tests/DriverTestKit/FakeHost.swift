package import DriverCore
package import NetworkTypes

/// The links of a host, in memory: what the kernel allows, refuses and removes, as far as the driver can notice.
///
/// - Names are unique, and so are the VLAN tags of a link; a link that is being removed still has both.
/// - Macvlan and ipvlan links do not share a parent, and a passthru link shares it with nothing; links that the
///   engine has taken into a container count.
/// - A link that goes takes along the links upon it.
/// - A retired link stays, marked as being removed, until `finish` is called.
///
/// Not imitated: MTUs, flags and addresses of links, and the check of ipvlan modes, which the kernel does not make.
package struct FakeHost: HostNetwork {
    private struct Entry {
        var link: HostLink
        /// How an endpoint's link is attached to its parent.
        var attachment: Attachment?
        /// Whether the engine has taken the link into a container, out of the driver's sight.
        var isInContainer = false
    }

    /// Whether removals end as soon as a link has been refused, before anybody can look what was in its way.
    package var finishesRemovalsAfterRefusal = false

    private var entries: [Entry] = []
    private var lastIndex: Int32 = 0
    private let faults: FaultSchedule

    package init(faults: FaultSchedule = FaultSchedule()) {
        self.faults = faults
    }

    // MARK: What the driver asks for

    package func link(named name: InterfaceName) throws(HostNetworkError) -> HostLink? {
        try step()
        return link(named: name.text)
    }

    package func link(at index: InterfaceIndex) throws(HostNetworkError) -> HostLink? {
        try step()
        return visible.first { $0.index == index }
    }

    package func links() throws(HostNetworkError) -> [HostLink] {
        try step()
        return visible
    }

    package mutating func make(_ plan: HostLinkPlan) throws(HostNetworkError) -> HostLink {
        try step()
        do throws(HostNetworkError) {
            return try makeNow(plan)
        } catch {
            if finishesRemovalsAfterRefusal { finishRemovals() }
            throw error
        }
    }

    private mutating func makeNow(_ plan: HostLinkPlan) throws(HostNetworkError) -> HostLink {
        let operation = "create link \"\(plan.name)\""
        guard link(named: plan.name.text) == nil else {
            throw HostNetworkError(reason: .alreadyExists, sentence: "\(operation): File exists")
        }
        let entry: Entry
        switch plan.kind {
        case .dummy:
            entry = Entry(link: add(plan.name.text, kind: .dummy, owner: plan.owner))
        case .vlan(let tag, let lower):
            try checkIsThere(lower, operation)
            guard !entries.contains(where: { $0.link.kind == .vlan(tag) && $0.link.lowerIndex == lower.index }) else {
                throw HostNetworkError(reason: .alreadyExists, sentence: "\(operation): File exists")
            }
            entry = Entry(link: add(plan.name.text, kind: .vlan(tag), on: lower.index, owner: plan.owner))
        case .endpoint(let attachment, let parent, let address):
            try checkIsThere(parent, operation)
            try checkCanShare(attachment, parent, operation)
            let kind: HostLinkKind = if case .macvlan = attachment { .macvlan } else { .ipvlan }
            var link = add(plan.name.text, kind: kind, on: parent.index, owner: plan.owner)
            link.macAddress = attachment == .macvlan(.passthru) ? parent.macAddress : address ?? parent.macAddress
            entry = Entry(link: link, attachment: attachment)
        }
        entries[entries.count - 1] = entry
        return entry.link
    }

    package mutating func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval? {
        try step()
        guard let place = entries.firstIndex(where: { !$0.isInContainer && $0.link.index == link.index }) else {
            return nil
        }
        let now = entries[place].link
        guard now.kind == link.kind, now.owner == link.owner, now.lowerIndex == link.lowerIndex else { return nil }
        let removal = LinkRemoval(index: link.index)
        entries[place].link.removal = removal
        return removal
    }

    // MARK: What others do

    /// Every link that is in the host's own namespace, also those on their way out.
    package var visible: [HostLink] { entries.filter { !$0.isInContainer }.map(\.link) }

    /// The links that are there to stay.
    package var living: [HostLink] { visible.filter { $0.removal == nil } }

    package func link(named name: String) -> HostLink? { visible.first { $0.name == name } }

    /// Adds a link, as a user or the kernel would.
    @discardableResult
    package mutating func add(
        _ name: String,
        kind: HostLinkKind = .device,
        on lower: InterfaceIndex? = nil,
        master: InterfaceIndex? = nil,
        isLoopback: Bool = false,
        owner: LinkOwner? = nil
    ) -> HostLink {
        lastIndex += 1
        guard let index = InterfaceIndex(lastIndex) else { preconditionFailure("a counter of links has run over") }
        let link = HostLink(
            index: index, name: name, kind: kind,
            macAddress: isLoopback ? nil : MACAddress(bits: 0x0200_0000_0000 | UInt64(lastIndex)),
            lowerIndex: lower, masterIndex: master, isLoopback: isLoopback, owner: owner)
        entries.append(Entry(link: link))
        return link
    }

    /// Removes a link with all links upon it, as a user does who pulls a card or deletes a link.
    package mutating func remove(_ name: String) {
        guard let link = entries.first(where: { $0.link.name == name })?.link else { return }
        remove(link.index)
    }

    /// Gives a link another name.
    package mutating func rename(_ name: String, to other: String) {
        for place in entries.indices where entries[place].link.name == name { entries[place].link.name = other }
    }

    /// Gives a link another MAC address.
    package mutating func setMACAddress(_ address: MACAddress, of name: String) {
        for place in entries.indices where entries[place].link.name == name {
            entries[place].link.macAddress = address
        }
    }

    /// Ends a removal.
    package mutating func finish(_ removal: LinkRemoval) {
        remove(removal.index)
    }

    /// Ends every removal that is under way.
    package mutating func finishRemovals() {
        for link in visible where link.removal != nil { remove(link.index) }
    }

    /// Takes a link into a container, as the engine does after `Join`.
    package mutating func takeIntoContainer(_ name: String) {
        for place in entries.indices where entries[place].link.name == name && entries[place].link.removal == nil {
            entries[place].isInContainer = true
        }
    }

    /// Brings a link back from its container, as the engine does between `Leave` and `DeleteEndpoint`; one whose name
    /// has been taken meanwhile ends with its container.
    package mutating func bringBack(_ name: String) {
        for entry in entries where entry.isInContainer && entry.link.name == name {
            if link(named: name) != nil {
                remove(entry.link.index)
            } else if let place = entries.firstIndex(where: { $0.link.index == entry.link.index }) {
                entries[place].isInContainer = false
            }
        }
    }

    private mutating func remove(_ index: InterfaceIndex) {
        let upon = entries.filter { $0.link.lowerIndex == index }.map(\.link.index)
        entries.removeAll { $0.link.index == index }
        for child in upon { remove(child) }
    }

    // MARK: The kernel's rules

    private func step() throws(HostNetworkError) {
        if let sentence = faults.take() { throw HostNetworkError(reason: .other, sentence: sentence) }
    }

    private func checkIsThere(_ lower: HostLink, _ operation: String) throws(HostNetworkError) {
        guard !entries.contains(where: { $0.link.index == lower.index }) else { return }
        throw HostNetworkError(reason: .other, sentence: "\(operation): No such device")
    }

    /// The receive handler of a parent is one kind's alone; a passthru port has one link (drivers/net/macvlan.c).
    private func checkCanShare(
        _ wanted: Attachment,
        _ parent: HostLink,
        _ operation: String
    ) throws(HostNetworkError) {
        for held in entries.filter({ $0.link.lowerIndex == parent.index }).compactMap(\.attachment) {
            guard held.kindName == wanted.kindName else {
                throw HostNetworkError(reason: .parentClaimed, sentence: "\(operation): Device or resource busy")
            }
            guard wanted != .macvlan(.passthru), held != .macvlan(.passthru) else {
                throw HostNetworkError(reason: .parentClaimed, sentence: "\(operation): Invalid argument")
            }
        }
    }
}

extension FakeHost {
    /// A host with a loopback, two cards, a card with a dotted name, ports of a bridge, a bond and a VRF, and a VLAN
    /// that its administrator made.
    package static func usual(faults: FaultSchedule = FaultSchedule()) -> FakeHost {
        var host = FakeHost(faults: faults)
        host.add("lo", isLoopback: true)
        let eth0 = host.add("eth0")
        host.add("eth1")
        host.add("lan.1")
        for (master, kind, port) in [("br0", "bridge", "eth2"), ("bond0", "bond", "eth3"), ("red", "vrf", "eth4")] {
            let index = host.add(master, kind: .other(kind)).index
            host.add(port, master: index)
        }
        if let id = VLANID(7) { host.add("guests", kind: .vlan(VLANTag(id: id)), on: eth0.index) }
        return host
    }
}
