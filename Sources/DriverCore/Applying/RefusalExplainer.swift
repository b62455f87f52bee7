import NetworkTypes

/// Says in the driver's own words what the kernel says in few when it refuses to create a link.
///
/// Reads the host anew: it is rarely needed, and something has changed since the plan.
struct RefusalExplainer {
    let reader: any HostReader
    let registry: Registry

    /// Throws the reason for a refusal. Returns the link that serves instead, where the call is a repeated one; nil
    /// when nothing is in the new link's way, or no longer: a link that was being removed may have gone in between, and
    /// creating the new one is worth another try.
    func explain(_ error: DriverError, of plan: HostLinkPlan) throws(DriverError) -> HostLink? {
        let host = HostView(reader)
        switch error.refusal {
        case .kindNotSupported:
            throw .kindNotSupported(module: plan.kind.moduleName, message: error.message)
        case .notPermitted:
            if let lower = plan.kind.lower { try NestedParent.checkIsOwn(lower, error.message) }
            throw DriverError("\(error.message); \(DriverError.capabilityAdvice)")
        case .other:
            if case .vlan(_, let lower) = plan.kind { try NestedParent.checkCarriesVLANs(lower) }
            throw error
        case .settingNotSupported, .linkDown, .ipv6Off, .ipv6Missing, nil:
            throw error
        case .alreadyExists, .parentClaimed:
            if case .endpoint = plan.kind, error.refusal == .alreadyExists,
                let link = try host.usableLink(named: plan.name), link.owner == plan.owner
            {
                return link
            }
            try throwConflict(of: plan, host)
            return nil
        }
    }

    /// Names the link that is in a new one's way: one that is being removed still claims its parent for its kind, or
    /// alone, and its VLAN ID.
    private func throwConflict(of plan: HostLinkPlan, _ host: HostView) throws(DriverError) {
        guard let lower = plan.kind.lower else { return }
        let siblings = try host.links().filter { $0.lowerIndex == lower.index }
        if let removal = siblings.lazy.compactMap(\.removal).first { throw .linkBeingRemoved(removal) }
        switch plan.kind {
        case .vlan(let tag, _):
            guard let other = siblings.first(where: { $0.kind == .vlan(tag) }) else { return }
            throw .vlanCarriedByOther(parent: plan.name.text, tag: tag, lower: lower.name, other: other.name)
        case .endpoint(let attachment, _):
            guard let name = LinkName(lower.name) else { return }
            let upper = try host.upperLinks(of: lower)
            try ParentSharing.check(
                attachment, on: name, besides: upper.filter { !registry.belongsToKnownEndpoint($0) })
        case .dummy: return
        }
    }

    /// The reason for a second refusal, with nothing in the way that can be seen: a passthru parent may be claimed by
    /// the network's other endpoint.
    func finalReason(_ error: DriverError, of plan: HostLinkPlan) -> DriverError {
        guard error.refusal == .parentClaimed, case .endpoint(.macvlan(.passthru), _) = plan.kind,
            case .endpoint(let id) = plan.owner, let network = registry.endpoints[id]?.networkID,
            let other = registry.endpoints(of: network).first(where: { $0.id != id })
        else { return error }
        return .passthruIsTaken(network: network, endpoint: other.id)
    }
}

extension DriverError {
    /// What to do where the kernel refuses everything.
    package static let capabilityAdvice =
        "swiftvlan needs the capability CAP_NET_ADMIN in the host's user and network namespaces"

    /// Why the kernel takes no IPv6 route over a link, and what to do; nil where that is not the reason.
    ///
    /// A new link takes over the default setting, and is removed when the call fails, so that it has none to change.
    func whyNoIPv6(on link: HostLink?, isNew: Bool = false) -> String? {
        switch refusal {
        case .ipv6Off:
            guard let link else { return nil }
            let place = isNew ? "new links such as \"\(link.name)\"" : "link \"\(link.name)\""
            return "IPv6 is off on \(place); run `sysctl -w \(Self.ipv6Setting(of: isNew ? "default" : link.name))=0`"
        case .ipv6Missing:
            return "this host has no IPv6; load the module ipv6, or remove ipv6.disable=1 from the kernel's command "
                + "line and reboot"
        default: return nil
        }
    }

    /// The setting that switches IPv6 off on a link, as sysctl(8) takes it: with slashes where the name has dots.
    private static func ipv6Setting(of name: String) -> String {
        let words = ["net", "ipv6", "conf", name, "disable_ipv6"]
        return words.joined(separator: name.contains(".") ? "/" : ".")
    }
}

extension HostLinkPlan.Kind {
    /// The kernel module that creates links of this kind.
    fileprivate var moduleName: String {
        switch self {
        case .endpoint(let attachment, _): attachment.kindName
        case .vlan: "8021q"
        case .dummy: "dummy"
        }
    }
}

extension DriverError {
    static func kindNotSupported(module: String, message: String) -> DriverError {
        DriverError(
            "\(message); this kernel does not have the module \"\(module)\": install the package that contains it "
                + "(Debian: linux-image-\(debianFlavor), Ubuntu: linux-modules-extra-$(uname -r)) and run "
                + "`modprobe \(module)`")
    }

    fileprivate static func passthruIsTaken(network: NetworkID, endpoint: EndpointID) -> DriverError {
        DriverError(
            "network \(network.short) is macvlan passthru, which takes one container, and the last one "
                + "known to use it is endpoint \(endpoint.short); disconnect that one first")
    }

    /// Debian's whole kernel has its package's name from the processor; its cloud kernel has all the modules as well.
    private static var debianFlavor: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}
