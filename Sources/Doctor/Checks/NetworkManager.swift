import ControlAPI

/// Finds reasons why NetworkManager manages swiftvlan's links.
struct NetworkManager: Check {
    let name = "network-manager"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let files = facts.files
        guard !files.processes(named: "NetworkManager").isEmpty else { return .nothing }
        let links = OwnLinkSample.all(in: facts.status)
        let settings = Self.settings(files)
        if let file = Self.fileThatManages(links, settings) { return CheckResult([managed(by: file)]) }
        guard !files.hasRuleForLinks, !Self.excludes(links, settings) else { return .nothing }
        return CheckResult([untagged(links)])
    }

    /// Returns all settings: a later file replaces an earlier value (NetworkManager.conf(5)).
    private static func settings(_ files: HostFiles) -> [(path: String, file: SectionedFile)] {
        let parts = files.systemdFiles("NetworkManager/conf.d", ending: ".conf").map(\.path)
        return (["/etc/NetworkManager/NetworkManager.conf"] + parts).map { path in
            (path: path, file: SectionedFile(files.text(path) ?? ""))
        }
    }

    /// Returns the file with a section for our links that says `managed=1`, which overrides the udev property
    /// NM_UNMANAGED.
    private static func fileThatManages(
        _ links: [OwnLinkSample], _ settings: [(path: String, file: SectionedFile)]
    ) -> String? {
        settings.first { _, file in
            file.settings.contains { setting in
                guard setting.section.hasPrefix("device"), setting.key == "managed",
                    SectionedFile.isTrue(setting.value)
                else { return false }
                let match = file.words(setting.section, "match-device") ?? ["*"]
                return matches(links, match.joined(separator: ";"), all: false)
            }
        }?.path
    }

    /// Whether the key file's `unmanaged-devices` names all our links.
    private static func excludes(
        _ links: [OwnLinkSample], _ settings: [(path: String, file: SectionedFile)]
    ) -> Bool {
        let lists = settings.compactMap { $0.file.words("keyfile", "unmanaged-devices")?.joined(separator: ";") }
        return lists.last.map { matches(links, $0, all: true) } ?? false
    }

    /// Compares links with a device list: `*`, names, `interface-name:` with patterns, and `type:`; after `except:`, those
    /// that it does not match (NetworkManager.conf(5), "Device List Format").
    private static func matches(_ links: [OwnLinkSample], _ list: String, all: Bool) -> Bool {
        let items = list.split { $0 == ";" || $0 == "," }.map { String($0.filter { !$0.isWhitespace }) }
        let isListed = { (link: OwnLinkSample) in
            !items.contains { $0.hasPrefix("except:") && describes(String($0.dropFirst(7)), link) }
                && items.contains { !$0.hasPrefix("except:") && describes($0, link) }
        }
        return all ? links.allSatisfy(isListed) : links.contains(where: isListed)
    }

    private static func describes(_ item: String, _ link: OwnLinkSample) -> Bool {
        if item == "*" { return true }
        if item.hasPrefix("interface-name:") {
            let pattern = item.dropFirst("interface-name:".count)
            // A leading `=` means the exact name, and `~` a pattern.
            if pattern.first == "=" { return pattern.dropFirst() == link.name }
            return link.matches(String(pattern.first == "~" ? pattern.dropFirst() : pattern))
        }
        return item == link.name || item == "type:\(link.kind)"
    }

    private func managed(by file: String) -> Finding {
        Finding(
            .warning, name, subject: file,
            what: "\(file) makes NetworkManager manage swiftvlan's links: managed=1 overrides the package's udev rule",
            why: "NetworkManager may request addresses on VLAN links, and change containers' links while they start",
            remedy: "exclude them there with match-device=*;except:interface-name:sv*;except:interface-name:sd-*;"
                + "except:interface-name:sh-*, or remove managed=1, then run: systemctl reload NetworkManager")
    }

    private func untagged(_ links: [OwnLinkSample]) -> Finding {
        let vlans = links.filter { $0.kind == "vlan" }.map { ";interface-name:\($0.name)" }.joined()
        return Finding(
            .warning, name, subject: "82-swiftvlan.rules",
            what: "NetworkManager is running, and no udev rule makes it ignore swiftvlan's links",
            why: "NetworkManager may request addresses on VLAN links, and change containers' links while they start",
            remedy:
                "install the package, or write to /etc/NetworkManager/conf.d/90-swiftvlan.conf in section [keyfile] "
                + "unmanaged-devices=interface-name:sv*;interface-name:sd-*;interface-name:sh-*\(vlans), then run: "
                + "systemctl reload NetworkManager")
    }
}
