import DriverCore
import NetworkTypes
import PacketSocket

/// The announcements that are to be sent: which frame when. It does no I/O and reads no clock.
///
/// Each address is announced three times, 1 s apart, like by Docker Engine since version 28, because frames may be lost.
/// RFC 5227 §2.3 asks for two announcements, 2 s apart, and RFC 4861 §7.2.6 allows at most three, 1 s apart.
struct AnnouncementSchedule {
    typealias Instant = ContinuousClock.Instant

    /// What became of a frame.
    enum Delivery {
        case sent
        /// The link's queue is full.
        case refused
        /// The link is down; another event follows when it is up.
        case lost
        /// The link is gone.
        case gone
    }

    private struct Key: Hashable {
        let link: InterfaceIndex
        let address: IPAddress
    }

    private struct Entry {
        let macAddress: MACAddress
        let number: UInt64
        var round = 0
        var retries = 0
    }

    static let rounds = 3
    static let interval = Duration.seconds(1)
    /// The most addresses at a time.
    static let capacity = 16_384
    /// The most frames in `burstInterval`: 5,000 a second, some 3 Mbit/s on the wire.
    static let burst = 50
    static let burstInterval = Duration.milliseconds(10)
    static let retries = 3
    static let retryInterval = Duration.milliseconds(20)

    private var entries: [Key: Entry] = [:]
    private var agenda = Timeline<(key: Key, number: UInt64)>()
    private var added: UInt64 = 0
    private var burstEnd: Instant?
    private var left = 0

    /// When `advance` has something to do; nil if nothing is to be sent.
    var next: Instant? {
        guard let next = agenda.next else { return nil }
        guard left == 0, let burstEnd else { return next }
        return max(next, burstEnd)
    }

    /// Adds an announcement. Returns how many addresses there was no room for.
    ///
    /// An address that was announced on the same link within the last 3 s is not added, unless it has another MAC address
    /// now, which then replaces the earlier one.
    mutating func add(_ announcement: Announcement, at now: Instant) -> Int {
        var dropped = 0
        for address in announcement.addresses {
            let key = Key(link: announcement.link, address: address)
            guard entries[key]?.macAddress != announcement.macAddress else { continue }
            // The agenda may hold entries that were replaced or withdrawn, too.
            guard agenda.count < Self.capacity else {
                dropped += 1
                continue
            }
            added += 1
            entries[key] = Entry(macAddress: announcement.macAddress, number: added)
            agenda.add((key, added), at: now)
        }
        return dropped
    }

    /// Drops what is left of announcements that are not true anymore.
    mutating func withdraw(_ announcement: Announcement) {
        for address in announcement.addresses {
            let key = Key(link: announcement.link, address: address)
            if entries[key]?.macAddress == announcement.macAddress { entries[key] = nil }
        }
    }

    /// Drops what is left of announcements that another endpoint has the addresses that a new one gets.
    mutating func withdrawOthers(than question: ConflictQuestion) {
        for address in question.addresses {
            let key = Key(link: question.link, address: address)
            if entries[key]?.macAddress != question.macAddress { entries[key] = nil }
        }
    }

    /// Sends what is due, in bursts. Returns the links that are gone, whose announcements are dropped.
    mutating func advance(
        to now: Instant, send: (EthernetFrame, InterfaceIndex) -> Delivery
    ) -> Set<InterfaceIndex> {
        if burstEnd.map({ $0 <= now }) ?? true {
            burstEnd = now + Self.burstInterval
            left = Self.burst
        }
        var gone: Set<InterfaceIndex> = []
        while left > 0, let (key, number) = agenda.take(by: now) {
            guard var entry = entries[key], entry.number == number else { continue }
            // After the last frame, the entry stays for one interval, in which the address is not added again.
            guard entry.round < Self.rounds, !gone.contains(key.link) else {
                entries[key] = nil
                continue
            }
            left -= 1
            switch send(.announcement(of: key.address, from: entry.macAddress), key.link) {
            case .gone:
                gone.insert(key.link)
                entries[key] = nil
                continue
            case .refused where entry.retries < Self.retries:
                entry.retries += 1
                agenda.add((key, number), at: now + Self.retryInterval)
            case .sent, .lost, .refused:
                entry.round += 1
                entry.retries = 0
                agenda.add((key, number), at: now + Self.interval)
            }
            entries[key] = entry
        }
        return gone
    }
}
