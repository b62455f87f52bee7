import NetworkTypes

/// The purpose of a list of steps, and what applying them needs.
struct StepContext {
    /// Determines how a step's failure is handled.
    enum Purpose {
        /// The call fails with the step's error, after its earlier steps were undone.
        case call
        /// Reconciliation reports the failure, continues where it can, and tries again.
        case reconciliation
    }

    let purpose: Purpose
    let explainer: RefusalExplainer
    /// The host as the planner saw it; resolves the links that steps name.
    let host: HostView
}

extension LinkSpec {
    /// The link to create, given the steps applied so far.
    ///
    /// Throws if the lower link is gone.
    func plan(_ context: StepContext, after outcome: Outcome) throws(DriverError) -> HostLinkPlan {
        switch self {
        case .endpoint(let plan), .shim(let plan): return plan
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
            "cannot create link \"\(name)\": its lower link \"\(lower)\" is not on this host now; bring it back and "
                + "try again",
            retry: .parentMissing(link: lower.text))
    }
}
