import DriverCore
import NetworkTypes
import PacketSocket
import SystemCalls
import TestSupport
import Testing

@testable import KernelLAN

@Suite("QuestionBook")
struct QuestionBookTests {
    private let nonce = Nonce(bits: 5)

    @Test("A question is asked three times, and nobody's answer frees the address when the time is over")
    func free() throws {
        var book = QuestionBook()
        let answers = Answers()
        book.add(try question("10.0.0.9", "fd00::9"), nonce: nonce, at: start, reply: answers.add)
        var sent: [EthernetFrame] = []
        for time in [0, 100, 200] {
            expect(book.next, equals: after(time))
            let before = sent.count
            if time > 0 { expect(advance(&book, to: time - 1) { _ in nil }, equals: []) }
            sent += advance(&book, to: time) { _ in nil }
            expect(sent.count - before, equals: 2)
            give(&book)
        }
        let probes: [EthernetFrame] = [
            .probe(for: .v4(try ipv4("10.0.0.9")), from: mac(1)),
            .probe(for: .v6(try ipv6("fd00::9")), from: mac(1), nonce: nonce),
        ]
        expect(sent, equals: probes + probes + probes)
        expect(advance(&book, to: 299) { _ in nil }, equals: [])
        give(&book)
        expect(answers.all, equals: [])
        expect(advance(&book, to: 300) { _ in nil }, equals: [])
        give(&book)
        expect(answers.all, equals: [.free])
        expect(book.next, equals: nil)
        try expect(book.isAsking(on: index()), equals: false)
    }

    @Test("A question whose rounds are overdue sends one of them, and waits for its answers as long as usual")
    func overdue() throws {
        var book = QuestionBook()
        let answers = Answers()
        book.add(try question("10.0.0.9"), nonce: nonce, at: start, reply: answers.add)
        for (time, frames) in [(0, 1), (4000, 1), (4099, 0), (4100, 1), (4199, 0)] {
            expect(advance(&book, to: time) { _ in nil }.count, equals: frames)
        }
        give(&book)
        expect(answers.all, equals: [])
        _ = advance(&book, to: 4200) { _ in nil }
        give(&book)
        expect(answers.all, equals: [.free])
    }

    /// What another host with the MAC address 2 sends that has one of the addresses, or probes for it.
    static let claims: [(name: String, address: String, frame: @Sendable () throws -> EthernetFrame)] = [
        (
            "an ARP reply", "10.0.0.9",
            {
                let packet = ARPPacket.reply(
                    that: try ipv4("10.0.0.9"), isAt: mac(2), to: mac(1), IPv4Address(bits: 0))
                return EthernetFrame(to: mac(1), from: mac(2), .arp(packet))
            }
        ),
        (
            "an ARP request of the holder", "10.0.0.9",
            {
                let packet = ARPPacket(
                    .request, senderMAC: mac(2), senderIP: try ipv4("10.0.0.9"), targetMAC: mac(0),
                    targetIP: try ipv4("10.0.0.3"))
                return EthernetFrame(to: .broadcast, from: mac(2), .arp(packet))
            }
        ),
        ("an ARP announcement", "10.0.0.9", { .announcement(of: .v4(try ipv4("10.0.0.9")), from: mac(2)) }),
        ("an ARP probe", "10.0.0.9", { .probe(for: .v4(try ipv4("10.0.0.9")), from: mac(2)) }),
        ("an advertisement", "fd00::9", { .announcement(of: .v6(try ipv6("fd00::9")), from: mac(2)) }),
        (
            "an advertisement without a MAC address", "fd00::9",
            {
                let message = NeighborAdvertisement(of: try ipv6("fd00::9"), at: nil, flags: [])
                let packet = NeighborPacket(from: try ipv6("fd00::9"), to: .allNodes, .advertisement(message))
                return EthernetFrame(to: mac(1), from: mac(2), .neighbor(packet))
            }
        ),
        ("an IPv6 probe", "fd00::9", { .probe(for: .v6(try ipv6("fd00::9")), from: mac(2)) }),
        (
            "an IPv6 probe with another nonce", "fd00::9",
            {
                .probe(for: .v6(try ipv6("fd00::9")), from: mac(2), nonce: Nonce(bits: 6))
            }
        ),
    ]

    @Test("Another host that claims the address is a conflict at once", arguments: claims.indices)
    func conflicts(number: Int) throws {
        let claim = Self.claims[number]
        var book = QuestionBook()
        let answers = Answers()
        book.add(try question("10.0.0.9", "fd00::9"), nonce: nonce, at: start, reply: answers.add)
        _ = advance(&book, to: 0) { _ in nil }
        try book.hear(claim.frame(), on: index())
        give(&book)
        try expect(answers.all, equals: [conflict(claim.address, at: mac(2))], "\(claim.name)")
        try expect(book.isAsking(on: index()), equals: false)
        // Nothing else happens afterwards.
        try book.hear(claim.frame(), on: index())
        expect(advance(&book, to: 1000) { _ in nil }, equals: [])
        give(&book)
        expect(answers.all.count, equals: 1)
    }

    @Test("Frames of the endpoint itself, about other addresses and on other links are no conflict")
    func others() throws {
        var book = QuestionBook()
        let answers = Answers()
        book.add(try question("10.0.0.9", "fd00::9"), nonce: nonce, at: start, reply: answers.add)
        let (v4, v6) = (IPAddress.v4(try ipv4("10.0.0.9")), IPAddress.v6(try ipv6("fd00::9")))
        for address in [v4, v6] {
            book.hear(.probe(for: address, from: mac(1), nonce: nonce), on: try index())
            book.hear(.announcement(of: address, from: mac(1)), on: try index())
            book.hear(.announcement(of: address, from: mac(2)), on: try index(8))
        }
        // The same if the probes come from another MAC address than the endpoint's.
        book.add(try question("10.0.0.7", of: mac(1), from: mac(5)), nonce: nonce, at: start, reply: answers.add)
        for own in [mac(1), mac(5)] {
            book.hear(.announcement(of: .v4(try ipv4("10.0.0.7")), from: own), on: try index())
        }
        // The own probe, sent back by a bridge that put in its own address.
        var returned = EthernetFrame.probe(for: v6, from: mac(1), nonce: nonce)
        returned.source = mac(3)
        book.hear(returned, on: try index())
        book.hear(.announcement(of: .v4(try ipv4("10.0.0.8")), from: mac(2)), on: try index())
        // Somebody asks for the address, to talk to it.
        let request = ARPPacket(
            .request, senderMAC: mac(2), senderIP: try ipv4("10.0.0.3"), targetMAC: mac(0),
            targetIP: try ipv4("10.0.0.9"))
        book.hear(EthernetFrame(to: .broadcast, from: mac(2), .arp(request)), on: try index())
        let solicitation = NeighborSolicitation(for: try ipv6("fd00::9"), sourceMAC: mac(2))
        let packet = NeighborPacket(
            from: try ipv6("fd00::3"), to: try ipv6("ff02::1:ff00:9"), .solicitation(solicitation))
        book.hear(EthernetFrame(to: .broadcast, from: mac(2), .neighbor(packet)), on: try index())
        let empty = ARPPacket(
            .reply, senderMAC: mac(2), senderIP: IPv4Address(bits: 0), targetMAC: mac(0), targetIP: try ipv4("10.0.0.9")
        )
        book.hear(EthernetFrame(to: .broadcast, from: mac(2), .arp(empty)), on: try index())
        give(&book)
        expect(answers.all, equals: [])
    }

    @Test("Conflicts heard together are answered together, each address once, and each question for itself")
    func together() throws {
        var book = QuestionBook()
        let (first, second, third) = (Answers(), Answers(), Answers())
        book.add(try question("10.0.0.9", "fd00::9"), nonce: nonce, at: start, reply: first.add)
        book.add(try question("10.0.0.9", from: mac(4)), nonce: nonce, at: start, reply: second.add)
        book.add(try question("10.0.0.8"), nonce: nonce, at: start, reply: third.add)
        let addresses: [IPAddress] = [.v4(try ipv4("10.0.0.9")), .v6(try ipv6("fd00::9"))]
        for sender in [mac(2), mac(3)] {
            for address in addresses { book.hear(.announcement(of: address, from: sender), on: try index()) }
        }
        give(&book)
        let both = addresses.map { AddressConflict($0, at: mac(2)) }
        expect(first.all, equals: [.conflicts(both)])
        expect(second.all, equals: [.conflicts([both[0]])])
        expect(third.all, equals: [])
        try expect(book.subjects(on: index()), equals: [.v4(ipv4("10.0.0.8"))])
    }

    @Test("A passing obstacle is tried again, and ends the question after the last round")
    func passing() throws {
        for sent in [nil, 1, 2] as [Int?] {
            var book = QuestionBook()
            let answers = Answers()
            book.add(try question("10.0.0.9"), nonce: nonce, at: start, reply: answers.add)
            for round in 0..<3 {
                expect(answers.all, equals: [])
                _ = advance(&book, to: round * 100) { _ in round == sent ? nil : .noCarrier }
                give(&book)
            }
            expect(answers.all, equals: sent == nil ? [.notAsked("the parent has no carrier")] : [])
            _ = advance(&book, to: 300) { _ in nil }
            give(&book)
            expect(answers.all, equals: sent == nil ? [.notAsked("the parent has no carrier")] : [.free])
        }
    }

    @Test("A question is not asked if one of its addresses was never sent, or if the obstacle lasts")
    func lasting() throws {
        var book = QuestionBook()
        let (half, down) = (Answers(), Answers())
        book.add(try question("10.0.0.9", "fd00::9"), nonce: nonce, at: start, reply: half.add)
        for time in [0, 100, 200] { _ = advance(&book, to: time) { $0.type == .arp ? nil : .noCarrier } }
        book.add(try question("10.0.0.9"), nonce: nonce, at: after(200), reply: down.add)
        _ = advance(&book, to: 200) { _ in Obstacle(SystemError(call: "send", errno: .networkDown)) }
        give(&book)
        expect(half.all, equals: [.notAsked("the parent has no carrier")])
        expect(down.all, equals: [.notAsked("the parent is down or gone")])
    }

    @Test("Questions are given up, but conflicts that were heard count")
    func givenUp() throws {
        var book = QuestionBook()
        let (heard, lost, elsewhere) = (Answers(), Answers(), Answers())
        book.add(try question("10.0.0.9"), nonce: nonce, at: start, reply: heard.add)
        book.add(try question("10.0.0.8"), nonce: nonce, at: start, reply: lost.add)
        book.add(try question("10.0.0.8", on: try index(8)), nonce: nonce, at: start, reply: elsewhere.add)
        book.hear(.announcement(of: .v4(try ipv4("10.0.0.9")), from: mac(2)), on: try index())
        book.giveUp(on: try index(), because: "one")
        book.giveUpAll(because: "two")
        give(&book)
        try expect(heard.all, equals: [conflict("10.0.0.9", at: mac(2))])
        expect(lost.all, equals: [.notAsked("one")])
        expect(elsewhere.all, equals: [.notAsked("two")])
    }

    @Test("A question without addresses is answered at once, and a limit bounds the work at a time")
    func limits() throws {
        var book = QuestionBook()
        let answers = Answers()
        book.add(try question(), nonce: nonce, at: start, reply: answers.add)
        give(&book)
        expect(answers.all, equals: [.free])
        for _ in 0..<5 { book.add(try question("10.0.0.9"), nonce: nonce, at: start, reply: answers.add) }
        var count = 0
        let send: (EthernetFrame, InterfaceIndex) -> Obstacle? = { _, _ in
            count += 1
            return nil
        }
        let first = book.advance(to: start, limit: 3, send: send)
        expect(first, equals: true)
        expect(count, equals: 3)
        let second = book.advance(to: start, limit: 3, send: send)
        expect(second, equals: false)
        expect(count, equals: 5)
    }

    @Test(
        "The reasons for unsent questions are in plain words",
        arguments: [
            (Errno.networkDown, "the parent is down or gone"), (.noSuchDevice, "the parent is gone"),
            (.noSuchDeviceOrAddress, "the parent is gone"), (.notPermitted, "swiftvlan runs without CAP_NET_RAW"),
            (.noBufferSpace, "the parent's queue is full"), (.tryAgain, "the parent's queue is full"),
            (.noMemory, "send: Cannot allocate memory (ENOMEM)"),
        ])
    func reasons(errno: Errno, reason: String) {
        let obstacle = Obstacle(SystemError(call: "send", errno: errno))
        expect(obstacle.reason, equals: reason)
        expect(obstacle.isPassing, equals: reason.contains("queue"))
    }

    private func advance(
        _ book: inout QuestionBook, to time: Int, obstacle: (EthernetFrame) -> Obstacle?
    ) -> [EthernetFrame] {
        var frames: [EthernetFrame] = []
        _ = book.advance(to: after(time), limit: 100) { frame, _ in
            frames.append(frame)
            return obstacle(frame)
        }
        return frames
    }

    private func give(_ book: inout QuestionBook) {
        for answered in book.takeAnswered() { answered.reply(answered.answer) }
    }
}
