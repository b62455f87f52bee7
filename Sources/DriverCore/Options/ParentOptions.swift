package import NetworkTypes

/// The options that name a parent, as the user wrote them; their meaning depends on the host's links.
package struct ParentOptions: Hashable, Sendable {
    /// `parent=`: a link, or `LINK.VID` or `LINK.OUTER.INNER`.
    package let text: String
    /// `vlan=`: the tags on that link, the outer one first; empty if the option is not given.
    package let vlan: [VLANID]
    /// `vlan_name=`: the name of the VLAN link that is the direct parent of endpoints' links.
    package let vlanName: InterfaceName?
    /// `vlan_protocol=`: the protocol of the outer tag.
    package let outerProtocol: VLANProtocol?

    /// These options as the user wrote them, for messages: `parent=eth0 vlan=50`.
    package let raw: String

    /// Reads the options; nil if no parent is named.
    init?(_ raw: RawOptions<NetworkOptions.Key>) throws(DriverError) {
        vlan = try Self.vlan(raw)
        vlanName = try Self.vlanName(raw)
        outerProtocol = try raw.vlanProtocol()
        guard let parent = raw.value(.parent) else {
            let orphans: [NetworkOptions.Key] = [.vlan, .vlanName, .vlanProtocol]
            guard let orphan = orphans.first(where: { raw[$0] != nil }) else { return nil }
            throw raw.notUsable(
                orphan, why: "there is no parent that carries the VLAN", instead: "name it, as in parent=eth0")
        }
        guard !parent.isEmpty else { throw .emptyParent }
        text = parent
        self.raw = raw.assignments([.parent, .vlan, .vlanName, .vlanProtocol]).joined(separator: " ")
    }

    /// Reads `vlan=50` or `vlan=100.50`.
    private static func vlan(_ raw: RawOptions<NetworkOptions.Key>) throws(DriverError) -> [VLANID] {
        guard let text = raw[.vlan] else { return [] }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let ids = parts.compactMap { UInt16(decimal: $0).flatMap { VLANID($0) } }
        guard ids.count == parts.count, (1...2).contains(ids.count) else {
            throw raw.invalid(.vlan, valid: "a number from 1 to 4094, or two as in 100.50 for a VLAN within a VLAN")
        }
        return ids
    }

    private static func vlanName(_ raw: RawOptions<NetworkOptions.Key>) throws(DriverError) -> InterfaceName? {
        guard let text = raw[.vlanName] else { return nil }
        guard let name = InterfaceName(text) else {
            throw raw.invalid(.vlanName, valid: "a link's name: up to 15 letters, digits and such, no slash or colon")
        }
        return name
    }
}

extension RawOptions<NetworkOptions.Key> {
    fileprivate func vlanProtocol() throws(DriverError) -> VLANProtocol? {
        switch self[.vlanProtocol]?.lowercased() {
        case nil: nil
        case "802.1q": .dot1Q
        case "802.1ad": .dot1ad
        default: throw invalid(.vlanProtocol, valid: "802.1q or 802.1ad")
        }
    }
}

extension DriverError {
    fileprivate static var emptyParent: DriverError {
        DriverError("parent= is empty; name a link of the host, or leave the option out for an isolated network")
    }
}
