/// The meaning of an rtnetlink request, independent of its form, decoded without the code under test.
///
/// Two requests have the same meaning even if they differ in
/// - the sequence number and port, which each sender chooses;
/// - the order of attributes, which the kernel sorts by type before it reads them;
/// - the zero after a string, which the kernel does not require;
/// - the flag of nested attributes, which older programs do not set and the kernel does not need here;
/// - empty nests;
/// - the destination of a route whose prefix length is 0, which has no effect: `ip` sends it only for IPv6.
///
/// Everything else is compared: type, flags, fixed header, and the type and bytes of every other attribute.
struct MessageMeaning: Hashable {
    /// A value and the types of its attribute and the enclosing ones, outermost first.
    struct Leaf: Hashable {
        let path: [UInt16]
        let value: [UInt8]
    }

    let type: UInt16
    let flags: UInt16
    let header: [UInt8]
    private(set) var leaves: Set<Leaf> = []
    /// Bytes that should be an attribute but are not.
    private(set) var garbage: [UInt8] = []

    init(_ message: [UInt8]) {
        type = Self.number(message, at: 4)
        flags = Self.number(message, at: 6)
        // The fixed headers of links, addresses, routes, neighbors, queueing disciplines and filters
        // (linux/rtnetlink.h); types come in groups of four.
        let headerSize = [4: 16, 5: 8, 6: 12, 7: 12, 9: 20, 11: 20][type / 4] ?? 0
        header = Array(message.dropFirst(16).prefix(headerSize))
        read(message.dropFirst(16 + headerSize), in: [])
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>, in path: [UInt16]) {
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(Self.number(Array(rest), at: 0))
            guard (4...rest.count).contains(length) else { break }
            take(Self.number(Array(rest), at: 2) & 0x3FFF, rest.dropFirst(4).prefix(length - 4), in: path)
            rest = rest.dropFirst((length + 3) & ~3)
        }
        garbage += rest
    }

    private mutating func take(_ type: UInt16, _ value: ArraySlice<UInt8>, in outer: [UInt16]) {
        let path = outer + [type]
        if isLink ? Self.nests.contains(path) : isFilter && path == Self.options {
            read(value, in: path)
        } else if isLink, path == Self.peer, isVeth {
            // The peer is another link, with its own fixed header.
            leaves.insert(Leaf(path: path, value: Array(value.prefix(16))))
            read(value.dropFirst(16), in: path)
        } else if isRoute, path == Self.destination, header[1] == 0 {
            return
        } else {
            let isText = isLink ? Self.texts.contains(path) : isOfTrafficControl && path == Self.trafficKind
            leaves.insert(Leaf(path: path, value: Array(isText && value.last == 0 ? value.dropLast() : value)))
        }
    }

    private var isLink: Bool { type / 4 == 4 }
    private var isRoute: Bool { type / 4 == 6 }
    private var isFilter: Bool { type / 4 == 11 }
    private var isOfTrafficControl: Bool { isFilter || type / 4 == 9 }
    private var isVeth: Bool { leaves.contains(Leaf(path: Self.kind, value: Array("veth".utf8))) }

    private static let destination: [UInt16] = [1]
    /// The kind of a queueing discipline or filter, and its nested options.
    private static let trafficKind: [UInt16] = [1]
    private static let options: [UInt16] = [2]
    private static let info: [UInt16] = [18]
    private static let kind: [UInt16] = [18, 1]
    private static let infoData: [UInt16] = [18, 2]
    /// Nested attributes: link info, its data, the settings of address families, and those of IPv6.
    private static let nests: Set<[UInt16]> = [info, infoData, [26], [26, 10]]
    private static let peer: [UInt16] = [18, 2, 1]
    /// The link's name, its alias, its kind's name, its peer's name.
    private static let texts: Set<[UInt16]> = [[3], [20], kind, peer + [3]]

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }
}
