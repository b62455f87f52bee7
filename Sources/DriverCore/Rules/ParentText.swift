import NetworkTypes

/// The possible meanings of a user's `parent=`, before the host is read.
///
/// A link with exactly that name takes precedence, whatever dots the name has. Otherwise `LINK.VID` and
/// `LINK.OUTER.INNER` name VLANs to create.
struct ParentText {
    /// A link and the VLAN IDs on it, the outer one first.
    struct Reading: Equatable {
        let link: String
        let numbers: [String]
    }

    let text: String

    /// The readings in order of precedence: the whole text as a link's name, then with one and with two VLAN IDs split
    /// off.
    ///
    /// Names of links may contain dots themselves.
    var readings: [Reading] {
        var readings = [Reading(link: text, numbers: [])]
        while let last = readings.last, last.numbers.count < 2, let shorter = last.cut { readings.append(shorter) }
        return readings
    }
}

extension ParentText.Reading {
    /// The reading that takes the last part of the name as a VLAN ID; nil if it is not a number.
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
    /// Whether options mean this parent, as far as can be known without its links.
    func isMeant(by options: ParentOptions?) -> Bool {
        guard let options else { return isIsolated }
        switch self {
        case .isolated: return false
        case .existing(let name): return options.vlan.isEmpty && options.text == name.text
        case .vlan(let chain, let lower):
            // The text may name a link at any height, followed by the IDs of the VLANs above it.
            let names = [lower.text] + chain.map(\.name.text)
            return ParentText(text: options.text).readings.contains { reading in
                guard let height = names.firstIndex(where: { $0 == reading.link }) else { return false }
                return reading.numbers + options.vlan.map(\.description) == chain[height...].map(\.tag.id.description)
            }
        }
    }
}
