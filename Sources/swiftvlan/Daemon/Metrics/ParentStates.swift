import ControlAPI

/// The states of the parents of all networks, and of the host's links below them.
struct ParentStates: Sendable {
    /// The state of a parent; the raw value is the label.
    enum State: String, CaseIterable, Sendable {
        case up
        /// The link exists and is administratively down.
        case down
        /// The link is up and has no carrier.
        case noCarrier = "no_carrier"
        case missing
    }

    /// The maximum number of host links with a time series of their own; a host has fewer NICs and bonds.
    static let maximumHostLinks = 64

    /// The number of parents in each state.
    let counts: [State: Int]
    /// Whether each of the host's links is up and has a carrier, sorted by name.
    let hostLinks: [(name: String, isUp: Bool)]

    init(_ status: StatusDocument) {
        let links = Dictionary(status.links.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var counts: [State: Int] = [:]
        for parent in Set(status.networks.map(\.parent)) { counts[Self.state(of: links[parent]), default: 0] += 1 }
        self.counts = counts
        hostLinks = status.links.filter { $0.role == .host }.sorted { $0.name < $1.name }
            .prefix(Self.maximumHostLinks).map { ($0.name, Self.state(of: $0) == .up) }
    }

    private static func state(of link: LinkDocument?) -> State {
        guard let link, link.exists else { return .missing }
        guard link.isUp else { return .down }
        return link.hasCarrier ? .up : .noCarrier
    }
}
