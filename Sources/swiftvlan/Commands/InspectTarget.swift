import ControlAPI
import Spelling

/// What the argument of `swiftvlan inspect` means.
enum InspectTarget: Hashable {
    case network(NetworkDocument)
    /// An endpoint and its network; all endpoints of a container, if the argument is its name.
    case endpoints([Place])
    case link(LinkDocument)

    /// An endpoint in its network.
    struct Place: Hashable {
        let endpoint: EndpointDocument
        let network: NetworkDocument
    }

    /// Finds the network, endpoint or link with a name, or the only one with a prefix of an identifier.
    ///
    /// A name comes before a prefix. Throws if several match, with their names, and if none does.
    static func find(_ text: String, in document: StatusDocument) throws(ControlError) -> InspectTarget {
        let places = document.networks.flatMap { network in
            network.endpoints.map { Place(endpoint: $0, network: network) }
        }
        let named =
            document.networks.filter { $0.name == text || $0.id == text }.map { InspectTarget.network($0) }
            + endpoints(of: places.filter { $0.endpoint.container == text || $0.endpoint.id == text })
            + document.links.filter { $0.name == text }.map { .link($0) }
        if !named.isEmpty { return try only(named, text) }
        let prefixed =
            document.networks.filter { $0.id.hasPrefix(text) }.map { InspectTarget.network($0) }
            + places.filter { $0.endpoint.id.hasPrefix(text) }.map { .endpoints([$0]) }
        if !text.isEmpty, !prefixed.isEmpty { return try only(prefixed, text) }
        let unreadable = document.unreadable.first { $0.hasPrefix("network \(text.prefix(12))") }
        if let unreadable, !text.isEmpty { throw ControlError(description: unreadable) }
        throw unknown(text, in: document, places)
    }

    private static func endpoints(of places: [Place]) -> [InspectTarget] { places.isEmpty ? [] : [.endpoints(places)] }

    private static func only(_ found: [InspectTarget], _ text: String) throws(ControlError) -> InspectTarget {
        if found.count == 1 { return found[0] }
        let list = found.map(\.title).sorted().joined(separator: ", ")
        throw ControlError(
            description: "\"\(Terminal.escaped(text))\" matches several: \(list); use more of an identifier")
    }

    private static func unknown(_ text: String, in document: StatusDocument, _ places: [Place]) -> ControlError {
        let names =
            document.networks.compactMap(\.name) + places.compactMap(\.endpoint.container) + document.links.map(\.name)
        let advice = nearest(to: text, among: names).map { "did you mean \(Terminal.escaped($0))?" }
        return ControlError(
            description: "swiftvlan has no network, endpoint or link called \"\(Terminal.escaped(text))\"; "
                + (advice ?? "swiftvlan status --all lists the networks"))
    }

    /// The kind and name, with the start of the identifier.
    var title: String {
        let text =
            switch self {
            case .network(let network):
                "network \(network.name.map { "\($0) (\(network.id.prefix(12)))" } ?? network.label)"
            case .endpoints(let places):
                "endpoint "
                    + places.map { "\($0.endpoint.id.prefix(12)) in network \($0.network.label)" }
                    .joined(separator: ", ")
            case .link(let link): "link \(link.name)"
            }
        return Terminal.escaped(text)
    }

    /// Returns the part of a document that is about the target: it, the links below it, and the networks on a link.
    func part(of document: StatusDocument) -> StatusDocument {
        var part = StatusDocument(daemon: document.daemon, revision: document.revision)
        let chains = LinkChains(document.links)
        switch self {
        case .network(let network): part.networks = [network]
        case .endpoints(let places):
            part.networks = places.map { place in
                var network = place.network
                network.endpoints = [place.endpoint]
                return network
            }
        case .link(let link):
            part.networks = document.networks.filter { network in
                network.hostAccess?.shim == link.name
                    || chains.chain(from: network.parent).contains { $0.name == link.name }
            }
            part.links = chains.chain(from: link.name)
        }
        if part.links.isEmpty {
            let used = part.networks.flatMap { network in
                chains.chain(from: network.parent)
                    + [network.hostAccess?.shim.flatMap { chains.links[$0] }].compactMap { $0 }
            }
            part.links = Set(used).sorted { $0.name < $1.name }
        }
        part.summary = title
        return part
    }
}
