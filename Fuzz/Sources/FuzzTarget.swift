/// The fuzzed parsers.
enum FuzzTarget: String, CaseIterable {
    case messages
    case acknowledgement
    case connection
    case link
    case address
    case route
    case namespace
    case forwarding
    case neighbor
    case filter
    case notification
    case frame
    case request
    case control
    case record

    /// Parses an input. Returns true if the parser accepts it.
    func read(_ input: [UInt8]) -> Bool {
        switch self {
        case .messages: NetlinkInput.isWellFormed(input)
        case .acknowledgement: NetlinkInput.holdsVerdict(input)
        case .connection: NetlinkInput.isWholeAnswer(input)
        case .link: NetlinkInput.holdsLink(input)
        case .address: NetlinkInput.holdsAddress(input)
        case .route: NetlinkInput.holdsRoute(input)
        case .namespace: NetlinkInput.holdsNamespace(input)
        case .forwarding: NetlinkInput.holdsForwardingEntry(input)
        case .neighbor: NetlinkInput.holdsNeighbor(input)
        case .filter: NetlinkInput.holdsFilter(input)
        case .notification: NetlinkInput.holdsNotification(input)
        case .frame: FrameInput.isFrame(input)
        case .request: RequestInput.isUnderstood(input)
        case .control: ControlInput.isAnswered(input)
        case .record: RecordInput.isRecord(input)
        }
    }
}
