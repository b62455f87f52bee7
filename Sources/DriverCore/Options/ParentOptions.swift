package import NetworkTypes

/// What a user wants for a parent, as written; what it means depends on the links of the host.
package struct ParentOptions: Hashable, Sendable {
    /// `parent=`: a link, or `LINK.VID` or `LINK.OUTER.INNER`.
    package let text: String
    /// `vlan=`: the tags on that link, the outer one first; empty where the option is not given.
    package let vlan: [VLANID]
    /// `vlan_name=`: the name of the VLAN link that endpoints' links sit on.
    package let vlanName: InterfaceName?
    /// `vlan_protocol=`: the protocol of the outer tag.
    package let outerProtocol: VLANProtocol?

    /// The options about it as the user wrote them, for sentences: `parent=eth0 vlan=50`.
    package let written: String

    /// Reads the options; nil where no parent is named.
    init?(_ texts: OptionTexts<NetworkOptions.Key>) throws(DriverError) {
        vlan = try Self.vlan(texts)
        vlanName = try Self.vlanName(texts)
        outerProtocol = try texts.vlanProtocol()
        guard let parent = texts.written(.parent) else {
            let orphans: [NetworkOptions.Key] = [.vlan, .vlanName, .vlanProtocol]
            guard let orphan = orphans.first(where: { texts[$0] != nil }) else { return nil }
            throw texts.notUsable(
                orphan, why: "there is no parent that carries the VLAN", instead: "name it, as in parent=eth0")
        }
        guard !parent.isEmpty else { throw .emptyParent }
        text = parent
        written = texts.assignments([.parent, .vlan, .vlanName, .vlanProtocol]).joined(separator: " ")
    }

    /// `vlan=50` or `vlan=100.50`
    private static func vlan(_ texts: OptionTexts<NetworkOptions.Key>) throws(DriverError) -> [VLANID] {
        guard let text = texts[.vlan] else { return [] }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let ids = parts.compactMap { UInt16(decimal: $0).flatMap { VLANID($0) } }
        guard ids.count == parts.count, (1...2).contains(ids.count) else {
            throw texts.invalid(.vlan, valid: "a number from 1 to 4094, or two as in 100.50 for a VLAN within a VLAN")
        }
        return ids
    }

    private static func vlanName(_ texts: OptionTexts<NetworkOptions.Key>) throws(DriverError) -> InterfaceName? {
        guard let text = texts[.vlanName] else { return nil }
        guard let name = InterfaceName(text) else {
            throw texts.invalid(.vlanName, valid: "a link's name: up to 15 letters, digits and such, no slash or colon")
        }
        return name
    }
}

extension OptionTexts<NetworkOptions.Key> {
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
