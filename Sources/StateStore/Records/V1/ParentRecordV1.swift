import DriverCore
import NetworkTypes

/// A network's parent in format 1: exactly one of the three properties is set.
struct ParentRecordV1: RecordContent {
    private var existing: String?
    private var isolated: String?
    private var vlan: VLANs?

    /// A chain of VLAN links, from the lowest up, and the lower link of the first.
    private struct VLANs: Codable {
        let lower: String
        let links: [VLANLink]
    }

    private struct VLANLink: Codable {
        let name: String
        let id: Int
        /// `802.1q` or `802.1ad`, as in the option of that name.
        let `protocol`: String
    }

    init(_ parent: NetworkParent) {
        switch parent {
        case .existing(let name): existing = name.text
        case .isolated(let name): isolated = name.text
        case .vlan(let chain, let lower):
            let links = chain.map {
                VLANLink(name: $0.name.text, id: Int($0.tag.id.number), protocol: Self.text(of: $0.tag.protocol))
            }
            vlan = VLANs(lower: lower.text, links: links)
        }
    }

    func model() throws(RecordError) -> NetworkParent {
        switch (existing, isolated, vlan) {
        case (let name?, nil, nil): return .existing(try RecordText.linkOrAlternativeName(name))
        case (nil, let name?, nil): return .isolated(try RecordText.linkName(name))
        case (nil, nil, let vlan?):
            let chain = try vlan.links.map { (link) throws(RecordError) in try Self.subInterface(link) }
            return .vlan(chain, lower: try RecordText.linkOrAlternativeName(vlan.lower))
        default: throw .damaged("\"parent\" is not one of existing, isolated and vlan")
        }
    }

    private static func subInterface(_ link: VLANLink) throws(RecordError) -> SubInterface {
        guard let id = UInt16(exactly: link.id).flatMap({ VLANID($0) }) else {
            throw .damaged("\(link.id) is not the number of a VLAN")
        }
        let `protocol` = try RecordText.read(link.protocol, "a protocol of VLANs") { text in
            [.dot1Q, .dot1ad].first { Self.text(of: $0) == text }
        }
        return SubInterface(name: try RecordText.linkName(link.name), tag: VLANTag(id: id, protocol: `protocol`))
    }

    private static func text(of protocol: VLANProtocol) -> String {
        switch `protocol` {
        case .dot1Q: "802.1q"
        case .dot1ad: "802.1ad"
        }
    }
}
