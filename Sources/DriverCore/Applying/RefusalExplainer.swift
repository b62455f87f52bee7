import NetworkTypes

/// Explains in plain words why the kernel refused to create a link.
///
/// Reads the host again, because it must have changed since the plan was made.
struct RefusalExplainer {
    let reader: any HostReader
    let registry: Registry

    /// Throws the reason for a refusal, or returns if another attempt is worthwhile.
    ///
    /// Returns the existing link if the call is a repeated one. Returns nil if nothing blocks the new link now: the
    /// link that blocked it may have been removed in between.
    func explain(_ error: DriverError, of plan: HostLinkPlan) throws(DriverError) -> HostLink? {
        let host = HostView(reader)
        switch error.refusal {
        case .kindNotSupported:
            throw .kindNotSupported(module: plan.kind.moduleName, message: error.message)
        case .notPermitted:
            if let lower = plan.kind.lower { try NestedParent.checkIsOwn(lower, error.message) }
            throw DriverError(.notPermitted, message: "\(error.message); \(DriverError.capabilityAdvice)")
        case .other:
            if case .vlan(_, let lower) = plan.kind { try NestedParent.checkCarriesVLANs(lower) }
            throw error
        case .settingNotSupported, .filterNotSupported, .linkDown, .ipv6Off, .ipv6Missing, nil:
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

    /// Throws an error that names the conflicting link.
    ///
    /// A link that is being removed still occupies its VLAN ID and still claims its parent, for its kind or alone.
    private func throwConflict(of plan: HostLinkPlan, _ host: HostView) throws(DriverError) {
        guard let lower = plan.kind.lower else { return }
        let siblings = try host.links().filter { $0.lowerIndex == lower.index }
        if let removal = siblings.lazy.compactMap(\.removal).first { throw .linkBeingRemoved(removal) }
        switch plan.kind {
        case .vlan(let tag, _):
            guard let other = siblings.first(where: { $0.kind == .vlan(tag) }) else { return }
            throw .vlanCarriedByOther(parent: plan.name.text, tag: tag, lower: lower.name, other: other.name)
        case .endpoint(let attachment, _), .shim(let attachment, _, _):
            guard let name = LinkName(lower.name) else { return }
            let access = HostAccessPlanner(host: host, registry: registry)
            var others: [HostLink] = []
            for link in try host.upperLinks(of: lower) where !registry.belongsToKnownEndpoint(link) {
                if link.owner == .shim, try access.isNeeded(link) { continue }
                others.append(link)
            }
            try ParentSharing.check(attachment, on: name, besides: others)
        case .dummy: return
        }
    }

    /// The reason for a second refusal without a visible conflict: the network's other endpoint may claim a passthru
    /// parent.
    func finalReason(_ error: DriverError, of plan: HostLinkPlan) -> DriverError {
        guard error.refusal == .parentClaimed, case .endpoint(.macvlan(.passthru), _) = plan.kind,
            case .endpoint(let id) = plan.owner, let network = registry.endpoints[id]?.networkID,
            let other = registry.endpoints(of: network).first(where: { $0.id != id })
        else { return error }
        return .passthruIsTaken(network: network, endpoint: other.id)
    }
}

extension DriverError {
    /// Advice if the kernel refuses every change.
    package static let capabilityAdvice =
        "swiftvlan needs the capability CAP_NET_ADMIN in the host's user and network namespaces"

    /// Returns why the kernel accepts no IPv6 route over a link, and what to do; nil if there is another reason.
    ///
    /// A new link inherits the default setting and is removed when the call fails, so the default must be changed.
    func whyNoIPv6(on link: HostLink?, isNew: Bool = false) -> String? {
        switch refusal {
        case .ipv6Off:
            guard let link else { return nil }
            let place = isNew ? "new links such as \"\(link.name)\"" : "link \"\(link.name)\""
            return "IPv6 is off on \(place); run `sysctl -w \(Self.ipv6Setting(of: isNew ? "default" : link.name))=0`"
        case .ipv6Missing:
            return "this host has no IPv6; run `modprobe ipv6`, or remove ipv6.disable=1 from the kernel's command "
                + "line and reboot"
        default: return nil
        }
    }

    /// Returns the sysctl(8) setting that disables IPv6 on a link, with slashes if the name contains dots.
    private static func ipv6Setting(of name: String) -> String {
        let words = ["net", "ipv6", "conf", name, "disable_ipv6"]
        return words.joined(separator: name.contains(".") ? "/" : ".")
    }
}

extension HostLinkPlan.Kind {
    /// The kernel module that creates links of this kind.
    fileprivate var moduleName: String {
        switch self {
        case .endpoint(let attachment, _), .shim(let attachment, _, _): attachment.kindName
        case .vlan: "8021q"
        case .dummy: "dummy"
        }
    }
}

extension DriverError {
    static func kindNotSupported(module: String, message: String) -> DriverError {
        DriverError(
            "\(message); this kernel does not have the module \"\(module)\": install the package that contains it "
                + "(Debian: linux-image-\(debianFlavor), Ubuntu: linux-modules-extra-$(uname -r)), reboot if that "
                + "installs a new kernel, and run `modprobe \(module)`")
    }

    fileprivate static func passthruIsTaken(network: NetworkID, endpoint: EndpointID) -> DriverError {
        DriverError(
            "network \(network.short) is macvlan passthru, which takes one container, and the last one "
                + "known to use it is endpoint \(endpoint.short); disconnect that one first")
    }

    /// The suffix of Debian's standard kernel package, which names the processor; the cloud kernel has all these
    /// modules too.
    private static var debianFlavor: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}
