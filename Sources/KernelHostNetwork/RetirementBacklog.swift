import RouteNetlink

/// The links that wait to be removed, in the groups in which they will be.
///
/// A place in a group is reserved before the kernel gives a link the group's number, and filled after, so that a group
/// is never removed while one of its links is being put into it.
struct RetirementBacklog {
    /// The kernel holds the lock of all links of the machine (`rtnl_lock`) while it removes a group: 0.12 ms for each
    /// macvlan on a slow machine, 8 ms for 64, 30 ms for 256.
    static let groupSizeAtMost = 64

    /// Links that are removed in one step of the kernel's.
    struct Group {
        let number: LinkGroup
        fileprivate(set) var links: [RetiredLink] = []
        fileprivate var reservations = 0

        fileprivate var isFull: Bool { links.count + reservations >= RetirementBacklog.groupSizeAtMost }
        fileprivate var isReady: Bool { reservations == 0 && !links.isEmpty }
    }

    /// In the order in which they were begun; places are reserved in the last one.
    private var groups: [Group] = []
    private var lastNumber: UInt32

    /// Groups are numbered from here on. People number theirs by hand and from 1; a start of its own for every run
    /// keeps apart what two runs of this program leave.
    init(numberedFrom start: UInt32 = .random(in: 0x4000_0000..<0x7000_0000)) {
        lastNumber = start
    }

    /// Whether a group can be taken now.
    var hasReadyGroup: Bool { groups.contains { $0.isReady } }

    /// Keeps a place in a group for a link, to be filled or given back.
    mutating func reserve() -> LinkGroup {
        if groups.last?.isFull ?? true {
            lastNumber += 1
            groups.append(Group(number: LinkGroup(rawValue: lastNumber)))
        }
        groups[groups.count - 1].reservations += 1
        return groups[groups.count - 1].number
    }

    /// Fills a place that was kept, or gives it back.
    mutating func settle(_ number: LinkGroup, with link: RetiredLink?) {
        guard let position = groups.firstIndex(where: { $0.number == number }) else { return }
        groups[position].reservations -= 1
        if let link { groups[position].links.append(link) }
    }

    /// Takes the oldest group that no link is being put into; what is reserved from now on goes into another.
    mutating func takeGroup() -> Group? {
        guard let position = groups.firstIndex(where: { $0.isReady }) else { return nil }
        return groups.remove(at: position)
    }
}
