import NetworkTypes

/// What steps are carried out for, and with.
struct StepContext {
    /// What a step's failure means.
    enum Purpose {
        /// The call fails with it, after everything that it did has been undone.
        case call
        /// Reconciliation reports it, goes on where it can, and tries again.
        case reconciliation
    }

    let purpose: Purpose
    let explainer: RefusalExplainer
    /// The host as the plan saw it, for the links that steps name.
    let host: HostView
}

extension LinkSpec {
    /// The link as the host is asked for it, after the steps that have been carried out so far.
    func plan(_ context: StepContext, after outcome: Outcome) throws(DriverError) -> HostLinkPlan {
        switch self {
        case .endpoint(let plan): return plan
        case .isolatedParent(let name, let id, let mtu):
            return HostLinkPlan(name: name, kind: .dummy, owner: .isolatedParent(id), mtu: mtu)
        case .vlan(let vlan, let lowerName, let generatesAddress):
            var lower = (outcome.created + outcome.changed).last { $0.hasName(lowerName) }
            if lower == nil { lower = try context.host.usableLink(named: lowerName) }
            guard let lower else { throw .lowerLinkGone(vlan.name, lower: lowerName) }
            return HostLinkPlan(
                name: vlan.name, kind: .vlan(vlan.tag, lower: lower), owner: .vlan, generatesAddress: generatesAddress)
        }
    }
}

extension DriverError {
    fileprivate static func lowerLinkGone(_ name: InterfaceName, lower: LinkName) -> DriverError {
        DriverError(
            "cannot create link \"\(name)\": its lower link \"\(lower)\" is not on this host now; bring it back and start "
                + "the container again",
            retry: .parentMissing(link: lower.text))
    }
}
