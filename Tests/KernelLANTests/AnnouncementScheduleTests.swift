import DriverCore
import NetworkTypes
import PacketSocket
import TestSupport
import Testing

@testable import KernelLAN

@Suite("AnnouncementSchedule")
struct AnnouncementScheduleTests {
    private let addresses = (1...5000).map { IPAddress.v4(IPv4Address(bits: 0x0A00_0000 | $0)) }

    @Test("An address is announced three times, one second apart, and not again within three seconds")
    func rounds() throws {
        var schedule = AnnouncementSchedule()
        let both: [IPAddress] = [.v4(try ipv4("10.0.0.9")), .v6(try ipv6("fd00::9"))]
        let frames = both.map { EthernetFrame.announcement(of: $0, from: mac(1)) }
        for time in [0, 1000, 2000] {
            try add(both, to: &schedule, at: time)
            if time > 0 { try expect(send(&schedule, at: time - 1), equals: []) }
            try expect(send(&schedule, at: time), equals: frames)
        }
        try add(both, to: &schedule, at: 2999)
        try expect(send(&schedule, at: 3000), equals: [])
        expect(schedule.next, equals: nil)
        try add(both, to: &schedule, at: 3000)
        try expect(send(&schedule, at: 3000), equals: frames)
    }

    @Test("A new MAC address replaces the earlier announcements of an address at once")
    func replaced() throws {
        var schedule = AnnouncementSchedule()
        let address = IPAddress.v4(try ipv4("10.0.0.9"))
        try add([address], to: &schedule, at: 0)
        _ = try send(&schedule, at: 0)
        try add([address], of: mac(2), to: &schedule, at: 500)
        var sources: [MACAddress] = []
        for time in stride(from: 500, through: 5000, by: 100) { sources += try send(&schedule, at: time).map(\.source) }
        expect(sources, equals: [mac(2), mac(2), mac(2)])
    }

    @Test("Announcements are withdrawn only for the MAC address that lost the address, and may follow again")
    func withdrawn() throws {
        var schedule = AnnouncementSchedule()
        let wanted = IPAddress.v4(try ipv4("10.0.0.9"))
        let announcement = Announcement(of: [wanted], at: mac(1), on: try index())
        try add([wanted], to: &schedule, at: 0)
        schedule.withdraw(Announcement(of: [wanted], at: mac(2), on: try index()))
        schedule.withdraw(Announcement(of: [wanted], at: mac(1), on: try index(8)))
        try expect(send(&schedule, at: 0).count, equals: 1)
        schedule.withdraw(announcement)
        try expect(send(&schedule, at: 1000), equals: [])
        try add([wanted], to: &schedule, at: 1000)
        try expect(send(&schedule, at: 1000).count, equals: 1)
        schedule.withdrawOthers(than: try question("10.0.0.9", from: mac(1)))
        try expect(send(&schedule, at: 2000).count, equals: 1)
        schedule.withdrawOthers(than: try question("10.0.0.9", from: mac(2)))
        try expect(send(&schedule, at: 3000), equals: [])
        expect(schedule.next, equals: nil)
    }

    @Test("A large batch is sent in bursts of 50 frames in 10 ms")
    func paced() throws {
        var schedule = AnnouncementSchedule()
        try add(addresses, to: &schedule, at: 0)
        var sent: [Int: Int] = [:]
        var time = 0
        while let next = schedule.next, time < 10_000 {
            time = Int((start.duration(to: next) / .milliseconds(1)).rounded(.up))
            sent[time, default: 0] += try send(&schedule, at: time).count
        }
        expect(sent.values.reduce(0, +), equals: 3 * 5000)
        #expect(sent.values.allSatisfy { $0 <= 50 })
        for (time, _) in sent { #expect(sent.filter { (time..<time + 10).contains($0.key) }.values.reduce(0, +) <= 50) }
        #expect(time <= 4100, "the first round takes one second, and the end comes two intervals and a pause later")
    }

    @Test("A frame that the link's queue refuses is sent again three times, and then counts as sent")
    func refused() throws {
        var schedule = AnnouncementSchedule()
        try add([addresses[0]], to: &schedule, at: 0)
        var times: [Int] = []
        for time in 0...5000 {
            times += try send(&schedule, at: time, .refused).map { _ in time }
        }
        expect(times, equals: [0, 20, 40, 60, 1060, 1080, 1100, 1120, 2120, 2140, 2160, 2180])
    }

    @Test("A link that is gone drops its own announcements only, and one that is down keeps them")
    func gone() throws {
        var schedule = AnnouncementSchedule()
        try add(Array(addresses[..<20]), to: &schedule, at: 0)
        try add([addresses[0]], to: &schedule, at: 0, on: 8)
        var counts: [Int32: Int] = [:]
        for time in stride(from: 0, through: 5000, by: 10) {
            let gone = schedule.advance(to: after(time)) { _, link in
                counts[link.number, default: 0] += 1
                return link.number == 7 ? .gone : .lost
            }
            if time == 0 { try expect(gone, equals: [index()]) } else { expect(gone, equals: []) }
        }
        expect(counts, equals: [7: 1, 8: 3])
        // The index may be that of a new link.
        try add([addresses[0]], to: &schedule, at: 5000)
        try expect(send(&schedule, at: 5000).count, equals: 1)
    }

    @Test("More addresses than there is room for are dropped, and counted")
    func full() throws {
        var schedule = AnnouncementSchedule()
        var dropped = 0
        for link in 1...4 as ClosedRange<Int32> {
            dropped += schedule.add(Announcement(of: addresses, at: mac(1), on: try index(link)), at: start)
        }
        expect(dropped, equals: 20_000 - AnnouncementSchedule.capacity)
    }

    private func add(
        _ addresses: [IPAddress], of macAddress: MACAddress = mac(1), to schedule: inout AnnouncementSchedule,
        at time: Int, on link: Int32 = 7
    ) throws {
        let announcement = Announcement(of: addresses, at: macAddress, on: try index(link))
        let dropped = schedule.add(announcement, at: after(time))
        expect(dropped, equals: 0)
    }

    private func send(
        _ schedule: inout AnnouncementSchedule, at time: Int, _ delivery: AnnouncementSchedule.Delivery = .sent
    ) throws -> [EthernetFrame] {
        var frames: [EthernetFrame] = []
        _ = schedule.advance(to: after(time)) { frame, _ in
            frames.append(frame)
            return delivery
        }
        return frames
    }
}
