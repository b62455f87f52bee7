import NetworkTypes

/// What a user's `parent=` can mean, before the host is read.
///
/// A link of exactly that name always wins, whatever dots it has; only without one are `LINK.VID` and
/// `LINK.OUTER.INNER` VLANs to be made.
struct ParentText {
    /// A link, and the numbers of the VLANs upon it, the outer one first.
    struct Reading: Equatable {
        let link: String
        let numbers: [String]
    }

    /// The most VLAN tags that a network's packets have.
    static let tagLimit = 2

    let text: String

    /// The text as the name of a link alone, then with one and with two VLAN numbers cut off at its end: in the order
    /// in which they win, because names of links may have dots themselves.
    var readings: [Reading] {
        var readings = [Reading(link: text, numbers: [])]
        while let last = readings.last, last.numbers.count < Self.tagLimit, let shorter = last.cut {
            readings.append(shorter)
        }
        return readings
    }

    /// The text with every VLAN ID cut off at its end, also more than are supported.
    var shortest: Reading {
        var reading = Reading(link: text, numbers: [])
        while let shorter = reading.cut { reading = shorter }
        return reading
    }
}

extension ParentText.Reading {
    /// The reading that takes the name's last part for a VLAN number; nil where that is none.
    fileprivate var cut: Self? {
        guard let dot = link.lastIndex(of: "."), dot != link.startIndex else { return nil }
        let number = link[link.index(after: dot)...]
        guard !number.isEmpty, number.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Self(link: String(link[..<dot]), numbers: [String(number)] + numbers)
    }
}

extension NetworkParent {
    /// Whether this is what options mean, as far as can be known without its links.
    func isMeant(by options: ParentOptions?) -> Bool {
        guard let options else { return isIsolated }
        switch self {
        case .isolated: return false
        case .existing(let name): return options.vlan.isEmpty && options.text == name.text
        case .vlan(let chain, let lower):
            // A link at any height may be named, and the VLANs above it by their numbers.
            let names = [lower.text] + chain.map(\.name.text)
            return ParentText(text: options.text).readings.contains { reading in
                guard let height = names.firstIndex(where: { $0 == reading.link }) else { return false }
                return reading.numbers + options.vlan.map(\.description) == chain[height...].map(\.tag.id.description)
            }
        }
    }
}
