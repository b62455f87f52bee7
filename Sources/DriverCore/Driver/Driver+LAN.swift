import NetworkTypes

// Conflict checks and announcements. The driver decides what to ask and to announce; the asynchronous shell takes the
// tasks after each call, carries them out and returns the answers, so that no call waits for the LAN here.

extension Driver {
    // MARK: Tasks for the shell

    /// Returns the questions since the last call, and clears them.
    package mutating func takeQuestions() -> [ConflictQuestion] { lan.takeQuestions() }

    /// Returns the announcements since the last call, and clears them.
    package mutating func takeAnnouncements() -> [Announcement] { lan.takeAnnouncements() }

    /// Returns the announcements since the last call that are no longer true, and clears them.
    package mutating func takeWithdrawals() -> [Announcement] { lan.takeWithdrawals() }

    /// The number of exchanges with LANs since the start, by type.
    package var lanActivity: [LANActivity: Int] { lan.counts }

    /// Whether a call must not be answered before a question is, because its network has `conflict=refuse`.
    package func mustAwaitAnswer(to question: ConflictQuestion) -> Bool {
        registry.endpoints[question.endpoint].flatMap { registry.networks[$0.networkID] }?.refusesConflicts ?? false
    }

    /// Enters the answer to a question; returns the error to refuse the call with, whose endpoint is then forgotten.
    ///
    /// Returns nil if the call is not refused. The endpoint may be gone: then a conflict concerns nobody.
    package mutating func note(_ answer: ConflictAnswer, to question: ConflictQuestion) -> DriverError? {
        let isDecisive = mustAwaitAnswer(to: question)
        switch answer {
        case .free:
            lan.count(.questions)
            return nil
        case .notAsked(let reason):
            if isDecisive { notice(.notAsked(question, reason)) }
            return nil
        case .conflicts(let conflicts):
            lan.count(.questions)
            guard let first = conflicts.first, let endpoint = registry.endpoints[question.endpoint] else { return nil }
            lan.count(.conflicts, times: conflicts.count)
            guard isDecisive else {
                record(conflicts, of: endpoint)
                return nil
            }
            forgetRefused(question.endpoint)
            return .addressConflict(first)
        }
    }

    /// Forgets the endpoint of a question that nobody waits for any longer; returns the error to refuse the call with.
    package mutating func giveUp(_ question: ConflictQuestion) -> DriverError {
        forgetRefused(question.endpoint)
        return .stoppedWhileAsking(question.addresses)
    }

    /// Returns the announcements for the joined endpoints on a link, or on VLANs of it, after a change of the link.
    ///
    /// After a reboot, another host may have the addresses of the endpoints whose containers are gone.
    package mutating func announcements(after event: ParentEvent) -> [Announcement] {
        guard lan.canUseLAN else { return [] }
        let parents = parents(on: event.link)
        guard !parents.isEmpty else { return [] }
        let absent = absentEndpoints
        let joined = registry.endpoints.values.filter {
            $0.hasJoined && !absent.contains($0.id)
        }
        var announcements: [Announcement] = []
        for endpoint in joined.sorted(by: { $0.id.text < $1.id.text }) {
            guard let parent = parents[endpoint.networkID], let network = registry.networks[endpoint.networkID] else {
                continue
            }
            guard let next = endpoint.announcement(in: network, on: parent) else { continue }
            lan.remember(next, of: endpoint.id)
            announcements.append(next)
        }
        lan.count(.announcements, times: announcements.count)
        return announcements
    }

    /// The parents of networks that announce, if they are a link or are on it.
    ///
    /// Most events are about links that no network needs, such as those of Docker's own bridges. A parent that cannot be
    /// read now is announced after its next event.
    private func parents(on index: InterfaceIndex) -> [NetworkID: HostLink] {
        let host = HostView(reader)
        guard let link = try? host.link(at: index), let needing = try? host.networks(needing: link, registry) else {
            return [:]
        }
        var parents: [NetworkID: HostLink] = [:]
        for network in needing where network.announcesAfterEvents {
            guard let parent = try? host.link(of: network.parent), (try? host.isOn(parent, index)) == true else {
                continue
            }
            parents[network.id] = parent
        }
        return parents
    }

    // MARK: Hooks of calls

    /// Refuses options of a network that need raw frames, if the daemon may not use them.
    func checkLANOptions(of network: Network) throws(DriverError) {
        guard !lan.canUseLAN, let option = network.optionsNeedingLAN.first else { return }
        throw .optionNotUsable(
            option: option, why: "swiftvlan needs the capability CAP_NET_RAW for it, and does not have it",
            instead: "add CAP_NET_RAW to AmbientCapabilities and CapabilityBoundingSet of the unit (or to the plugin's "
                + "capabilities) and restart swiftvlan, or leave the option out")
    }

    /// Reports networks of earlier runs whose options need raw frames.
    mutating func reportUnusableLANOptions() {
        guard !lan.canUseLAN else { return }
        for network in registry.networks.values.sorted(by: { $0.id.text < $1.id.text }) {
            let options = network.optionsNeedingLAN
            if !options.isEmpty { notice(.lanNotUsable(options, network.id)) }
        }
    }

    /// Compares a new endpoint's addresses with those of the endpoints on the same parent.
    ///
    /// Throws, or enters the conflict in the endpoint, as its network says.
    mutating func checkSiblings(of endpoint: inout Endpoint, _ host: HostView) throws(DriverError) {
        let network = try registry.network(endpoint.networkID)
        guard network.conflictTimeout != nil,
            let sibling = try SiblingConflictFinder(host: host, registry: registry).sibling(of: endpoint, in: network)
        else { return }
        lan.count(.conflicts)
        guard !network.refusesConflicts else { throw .addressOfSibling(sibling) }
        endpoint.conflicts = [sibling.conflict]
        notice(.addressOfSibling(sibling, endpoint.id))
    }

    /// Asks the LAN about a new endpoint; if its parent is missing, the LAN is asked when the endpoint joins.
    mutating func ask(about endpoint: Endpoint, _ host: HostView) {
        // A parent about which nothing is asked is not read.
        guard lan.canUseLAN, let network = registry.networks[endpoint.networkID], network.conflictTimeout != nil
        else { return }
        // The endpoint is already saved: a host that cannot be read is no reason to refuse it.
        let parent = (try? host.link(of: network.parent)) ?? nil
        ask(about: endpoint, in: network, on: parent)
    }

    /// Announces an endpoint that joined, and asks about one whose parent was missing before.
    mutating func noteJoined(_ endpoint: Endpoint, in network: Network, on parent: HostLink) {
        guard lan.canUseLAN else { return }
        if lan.isUnasked(endpoint.id) { ask(about: endpoint, in: network, on: parent) }
        guard network.announcesAtJoin, let announcement = endpoint.announcement(in: network, on: parent) else { return }
        lan.add(announcement, of: endpoint.id)
    }

    private mutating func ask(about endpoint: Endpoint, in network: Network, on parent: HostLink?) {
        guard lan.canUseLAN, let timeout = network.conflictTimeout, !endpoint.addresses.isEmpty else { return }
        guard let parent, parent.isAlive else { return lan.postpone(endpoint.id, among: registry) }
        guard let macAddress = endpoint.linkAddress(in: network, on: parent) else { return }
        lan.add(
            ConflictQuestion(
                about: endpoint.id, at: macAddress, on: parent.index, from: parent.macAddress ?? macAddress,
                addresses: endpoint.addresses.map(\.address), timeout: timeout))
    }

    private mutating func record(_ conflicts: [AddressConflict], of endpoint: Endpoint) {
        var changed = endpoint
        changed.conflicts += conflicts.filter { !endpoint.conflicts.contains($0) }
        // The notice reports the conflict even if the record cannot be written.
        try? registry.save(changed)
        for conflict in conflicts { notice(.addressConflict(conflict, endpoint.id)) }
    }

    /// Forgets an endpoint whose call is refused; if that fails, it is pending and retried.
    private mutating func forgetRefused(_ id: EndpointID) { _ = try? forget(id) }
}

extension HostView {
    /// Whether a link is another, or a VLAN on it at any height.
    fileprivate func isOn(_ link: HostLink, _ index: InterfaceIndex) throws(DriverError) -> Bool {
        var link = link
        while link.index != index {
            guard case .vlan = link.kind, let below = link.lowerIndex, let lower = try self.link(at: below) else {
                return false
            }
            link = lower
        }
        return true
    }
}

extension DriverError {
    fileprivate static func addressConflict(_ conflict: AddressConflict) -> DriverError {
        DriverError(
            "address \(conflict.address) is in use on the LAN by the host with MAC address \(conflict.macAddress); "
                + "choose another with --ip or --ip6, or change that host")
    }

    /// The other endpoint may be one of a container that is still stopping.
    fileprivate static func addressOfSibling(_ sibling: Sibling) -> DriverError {
        DriverError(
            "address \(sibling.conflict.address) is that of endpoint \(sibling.endpoint.short) on the same parent, with "
                + "MAC address \(sibling.conflict.macAddress); choose another with --ip or --ip6, or stop that container",
            retry: .heldByDyingLink)
    }

    fileprivate static func stoppedWhileAsking(_ addresses: [IPAddress]) -> DriverError {
        DriverError(
            "swiftvlan stopped while it asked the LAN about \(addresses.map(\.description).joined(separator: " and ")); "
                + "start the container again")
    }
}

extension Notice {
    fileprivate static func addressConflict(_ conflict: AddressConflict, _ id: EndpointID) -> Notice {
        Notice(
            "endpoint \(id.short) has address \(conflict.address), which the host with MAC address "
                + "\(conflict.macAddress) on the LAN has too; change that host, or start the container with another "
                + "--ip or --ip6", .problem, about: .endpoint(id))
    }

    fileprivate static func addressOfSibling(_ sibling: Sibling, _ id: EndpointID) -> Notice {
        Notice(
            "endpoint \(id.short) has address \(sibling.conflict.address), which endpoint \(sibling.endpoint.short) on "
                + "the same parent has too, with MAC address \(sibling.conflict.macAddress); start one of the containers "
                + "with another --ip or --ip6", .problem, about: .endpoint(id))
    }

    fileprivate static func notAsked(_ question: ConflictQuestion, _ reason: String) -> Notice {
        Notice(
            "endpoint \(question.endpoint.short) was accepted without a conflict check, because the LAN could not be "
                + "asked: \(reason)", about: .endpoint(question.endpoint))
    }

    fileprivate static func lanNotUsable(_ options: [String], _ id: NetworkID) -> Notice {
        Notice(
            "network \(id.short) has \(options.joined(separator: " and ")), which does nothing without the capability "
                + "CAP_NET_RAW; give it to swiftvlan and restart it", .problem, about: .network(id))
    }
}
