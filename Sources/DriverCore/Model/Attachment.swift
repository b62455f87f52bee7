package import NetworkTypes

/// How the endpoints of a network are attached to its parent: the kind of their links and its mode.
package enum Attachment: Hashable, Sendable {
    case macvlan(MacvlanMode)
    case ipvlan(IPvlanMode, IPvlanFlag)

    /// The kind's name, as the kernel and users spell it.
    package var kindName: String {
        switch self {
        case .macvlan: "macvlan"
        case .ipvlan: "ipvlan"
        }
    }

    /// Whether the links route by address and need no next hop.
    package var isLayer3: Bool {
        switch self {
        case .macvlan: false
        case .ipvlan(let mode, _): mode.isLayer3
        }
    }

    /// Whether the driver chooses the links' MAC addresses. A passthru link takes over its parent's.
    package var choosesMACAddresses: Bool { hasOwnMACAddresses && self != .macvlan(.passthru) }

    /// Whether the links have MAC addresses of their own.
    package var hasOwnMACAddresses: Bool {
        switch self {
        case .macvlan: true
        case .ipvlan: false
        }
    }
}

extension Attachment: CustomStringConvertible {
    /// The kind and mode: `macvlan bridge` or `ipvlan l2 (private)`.
    package var description: String {
        switch self {
        case .macvlan(let mode): "macvlan \(mode.rawValue)"
        case .ipvlan(let mode, .bridge): "ipvlan \(mode.rawValue)"
        case .ipvlan(let mode, let flag): "ipvlan \(mode.rawValue) (\(flag.rawValue))"
        }
    }
}
