import ControlAPI

/// Looks for the kernel modules of the networks' links.
struct KernelModules: Check {
    let name = "kernel-modules"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let modules = ModuleFiles(facts.files)
        var result = CheckResult()
        var unknown: [String] = []
        for need in Self.needs(of: facts) {
            switch modules.state(of: need.module) {
            case .available: continue
            case _ where need.isProven(by: facts.links): continue
            case .unknown: unknown.append(need.module)
            case .missing:
                result.findings.append(
                    finding(
                        need, what: "the kernel \(modules.release) has no module \(need.module)",
                        remedy: modules.remedy(for: need.module)))
            case .blocked(let file):
                result.findings.append(
                    finding(
                        need, what: "\(file) keeps the kernel from loading the module \(need.module)",
                        remedy: "remove the line for \(need.module) from \(file), and try: modprobe \(need.module)"))
            }
        }
        if !unknown.isEmpty {
            result.notChecked.append(
                NotChecked(
                    "whether the kernel has \(unknown.joined(separator: ", ")): this host has no list of its kernel's "
                        + "modules"))
        }
        return result
    }

    private func finding(_ need: ModuleNeed, what: String, remedy: String) -> Finding {
        let isUsed = !need.networks.isEmpty
        return Finding(
            isUsed ? .problem : .note, name, subject: need.module, networks: need.networks, what: what,
            why: isUsed
                ? "\(need.purpose) for \(LinkUse.list(need.networks)) cannot be created"
                : "\(need.purpose) cannot be created; no network needs them now",
            remedy: remedy)
    }

    private static func needs(of facts: DoctorFacts) -> [ModuleNeed] {
        let networks = facts.status.networks
        let filtered = networks.filter { $0.hostAccess != nil && !$0.isRouted }
        return [
            ModuleNeed("macvlan", kind: "macvlan", "macvlan links", networks.filter(\.isMacvlan)),
            ModuleNeed("ipvlan", kind: "ipvlan", "ipvlan links", networks.filter { !$0.isMacvlan }),
            ModuleNeed("8021q", kind: "vlan", "VLAN links", networks.filter { !$0.vlans.isEmpty }),
            ModuleNeed(
                "dummy", kind: "dummy", "the parents of isolated networks", networks.filter { $0.lowestLink == nil }),
            ModuleNeed("sch_ingress", kind: nil, "the filters of host access", filtered),
            ModuleNeed("cls_bpf", kind: nil, "the filters of host access", filtered),
        ]
    }
}

/// A module and what needs it.
private struct ModuleNeed {
    let module: String
    /// The kind of links that it makes; nil if it makes none.
    let kind: String?
    let purpose: String
    let networks: [NetworkDocument]

    init(_ module: String, kind: String?, _ purpose: String, _ networks: [NetworkDocument]) {
        self.module = module
        self.kind = kind
        self.purpose = purpose
        self.networks = networks
    }

    /// Whether a link exists that only this module makes.
    func isProven(by links: HostLinks) -> Bool { kind.map { kind in links.all.contains { $0.kind == kind } } ?? false }
}
