import ControlAPI
import Glibc

/// A link of swiftvlan as programs that configure links see it: one that exists, or an example of those that containers'
/// starts create for a moment.
struct OwnLinkSample: Hashable {
    var name: String
    /// The type in udev's property DEVTYPE, or else that of the hardware.
    var type: String
    /// The kind, such as `vlan` in `ip -d link`.
    var kind: String
    var macAddress: String?

    /// Returns a sample of each kind of link that the networks have or may get.
    static func all(in status: StatusDocument) -> [OwnLinkSample] {
        let links = status.links.compactMap { link -> OwnLinkSample? in
            switch link.role {
            case .host: nil
            case .vlan: OwnLinkSample(name: link.name, type: "vlan", kind: "vlan", macAddress: link.macAddress)
            case .isolated: OwnLinkSample(name: link.name, type: "ether", kind: "dummy")
            case .shim: OwnLinkSample(name: link.name, type: link.kind ?? "macvlan", kind: link.kind ?? "macvlan")
            }
        }
        let kinds = Set(status.networks.map(\.kind)).sorted()
        let endpoints = (kinds.isEmpty ? ["macvlan"] : kinds).map { kind in
            OwnLinkSample(name: "sv0123456789ab", type: kind, kind: kind)
        }
        return links + endpoints
    }

    /// Whether the name matches a pattern of the shell.
    func matches(_ pattern: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}

/// Whether a word is a pattern of the shell, and not a name.
func isPattern(_ word: String) -> Bool { word.contains { "*?[".contains($0) } }
