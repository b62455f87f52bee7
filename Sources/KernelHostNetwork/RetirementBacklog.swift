import RouteNetlink

/// The links that wait for removal, in the groups in which they will be removed.
///
/// A place in a group is reserved before the kernel puts a link into the group, and filled after that, so that a group
/// is never removed while a link is on its way into it.
struct RetirementBacklog {
    /// The maximum number of links in a group.
    ///
    /// The kernel holds the machine's lock on all links (`rtnl_lock`) while it removes a group: 0.12 ms for each
    /// macvlan on a slow machine, 8 ms for 64, 30 ms for 256.
    static let maximumGroupSize = 64

    /// Links that the kernel removes in one request.
    struct Group {
        let number: LinkGroup
        fileprivate(set) var links: [RetiredLink] = []
        fileprivate var reservations = 0

        fileprivate var isFull: Bool { links.count + reservations >= RetirementBacklog.maximumGroupSize }
        fileprivate var isReady: Bool { reservations == 0 && !links.isEmpty }
    }

    /// The groups, oldest first; places are reserved in the last one.
    private var groups: [Group] = []
    private var lastNumber: UInt32

    /// Creates an empty backlog whose groups are numbered from `start`. Administrators number their groups from 1; a
    /// random start keeps the groups of two runs of this program apart.
    init(numberedFrom start: UInt32 = .random(in: 0x4000_0000..<0x7000_0000)) { lastNumber = start }

    /// Whether `takeGroup` returns a group now.
    var hasReadyGroup: Bool { groups.contains { $0.isReady } }

    /// Reserves a place in a group for a link, to be filled or released.
    mutating func reserve() -> LinkGroup {
        if groups.last?.isFull ?? true {
            lastNumber += 1
            groups.append(Group(number: LinkGroup(rawValue: lastNumber)))
        }
        groups[groups.count - 1].reservations += 1
        return groups[groups.count - 1].number
    }

    /// Fills a reserved place, or releases it when the link is nil.
    mutating func fill(_ number: LinkGroup, with link: RetiredLink?) {
        guard let position = groups.firstIndex(where: { $0.number == number }) else { return }
        groups[position].reservations -= 1
        if let link { groups[position].links.append(link) }
    }

    /// Takes the oldest group without reserved places; later reservations go into another group.
    mutating func takeGroup() -> Group? {
        guard let position = groups.firstIndex(where: { $0.isReady }) else { return nil }
        return groups.remove(at: position)
    }
}
