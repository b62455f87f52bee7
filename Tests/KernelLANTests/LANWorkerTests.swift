import DriverCore
import DriverTestKit
import Logging
import NetworkTypes
import PacketSocket
import Synchronization
import SystemCalls
import TestSupport
import Testing

@testable import KernelLAN

@Suite("LANWorker")
struct LANWorkerTests {
    private let lan = FakeLAN()
    private let log = LogLines()
    private let answers = Answers()

    @Test("Questions about a link share a socket, which hears of all their addresses, and closes 3 s after the last")
    func shared() throws {
        var worker = makeWorker()
        try ask("10.0.0.9", &worker, at: 0)
        try ask("fd00::9", &worker, at: 10)
        let (v4, v6) = (IPAddress.v4(try ipv4("10.0.0.9")), IPAddress.v6(try ipv6("fd00::9")))
        expect(lan[\.heard], equals: [[v4], [v4, v6]])
        wake(&worker, upTo: 2000)
        expect(answers.all, equals: [.free, .free])
        expect(lan[\.heard].last, equals: [])
        try ask("10.0.0.9", &worker, at: 2000)
        wake(&worker, upTo: 5299)
        expect(lan[\.opened], equals: 1)
        expect(lan[\.closed], equals: 0)
        wake(&worker, upTo: 5300)
        #expect(eventually { lan[\.closed] == 1 })
        expect(worker.next, equals: nil)
        expect(lan[\.sent].count, equals: 9)
    }

    @Test("A socket that served many questions is replaced, and one that closes slowly delays no answer")
    func replaced() throws {
        var worker = makeWorker()
        lan.state.withLock { $0.mayClose = false }
        for number in 0..<LANWorker<FakeSocket>.wornOut {
            try ask("10.0.0.9", &worker, at: number * 1000)
            wake(&worker, upTo: number * 1000 + 999)
        }
        expect(lan[\.opened], equals: 1)
        try ask("10.0.0.9", &worker, at: 1_000_000)
        expect(lan[\.opened], equals: 2)
        wake(&worker, upTo: 1_000_999)
        expect(answers.all.count, equals: LANWorker<FakeSocket>.wornOut + 1)
        expect(lan[\.closed], equals: 0)
        lan.state.withLock { $0.mayClose = true }
        #expect(eventually { lan[\.closed] == 1 })
    }

    @Test("A conflict is answered at once, and closing the client answers the rest")
    func conflicting() throws {
        var worker = makeWorker()
        let other = Answers()
        try ask("10.0.0.9", &worker, at: 0)
        let rest = LANMail.Question(question: try question("10.0.0.8"), reply: other.add)
        _ = worker.work(on: LANMail(questions: [rest]), at: start)
        let frame = EthernetFrame.announcement(of: .v4(try ipv4("10.0.0.9")), from: mac(2))
        lan.state.withLock { $0.incoming.append(.success(frame)) }
        let answered = worker.work(on: LANMail(), at: after(1))
        expect(answered, equals: 1)
        try expect(answers.all, equals: [conflict("10.0.0.9", at: mac(2))])
        let given = worker.end(because: "the end")
        expect(given, equals: 1)
        expect(other.all, equals: [.notAsked("the end")])
        #expect(eventually { lan[\.closed] == 1 })
    }

    @Test("Answers are read between the probes of many questions, because a socket holds only some hundred frames")
    func interleaved() throws {
        var worker = makeWorker()
        let one = LANMail.Question(question: try question("10.0.0.9"), reply: answers.add)
        _ = worker.work(on: LANMail(questions: Array(repeating: one, count: 500)), at: start)
        expect(lan[\.sent].count, equals: 500)
        #expect(lan[\.mostInARow] <= 32)
    }

    @Test("An answer that waits in the socket when the time is over counts")
    func late() throws {
        var worker = makeWorker()
        try ask("10.0.0.9", &worker, at: 0)
        let frame = EthernetFrame.announcement(of: .v4(try ipv4("10.0.0.9")), from: mac(2))
        lan.state.withLock { $0.incoming.append(.success(frame)) }
        _ = worker.work(on: LANMail(), at: after(10_000))
        try expect(answers.all, equals: [conflict("10.0.0.9", at: mac(2))])
    }

    @Test("A link that cannot be opened, or goes down during a question, ends it; the next question opens it again")
    func failing() throws {
        var worker = makeWorker()
        lan.state.withLock { $0.openError = SystemError(call: "bind", errno: .noSuchDevice) }
        try ask("10.0.0.9", &worker, at: 0)
        expect(answers.all, equals: [.notAsked("the parent is gone")])
        lan.state.withLock { $0.openError = nil }
        try ask("10.0.0.9", &worker, at: 0)
        lan.state.withLock { $0.incoming.append(.failure(SystemError(call: "recv", errno: .networkDown))) }
        _ = worker.work(on: LANMail(), at: after(1))
        expect(answers.all.last, equals: .notAsked("the parent is down or gone"))
        try ask("10.0.0.9", &worker, at: 2)
        expect(lan[\.opened], equals: 2)
        wake(&worker, upTo: 400)
        expect(answers.all.last, equals: .free)
    }

    @Test("Thousands of announcements do not delay a question")
    func busy() throws {
        var worker = makeWorker()
        let addresses = (1...5000).map { IPAddress.v4(IPv4Address(bits: $0)) }
        let announcement = Announcement(of: addresses, at: mac(3), on: try index())
        _ = worker.work(on: LANMail(orders: [.announce(announcement)]), at: start)
        try ask("10.0.0.9", &worker, at: 1)
        expect(lan[\.sent].count, equals: 1)
        expect(lan[\.announced].count, equals: 50)
        wake(&worker, upTo: 400)
        expect(answers.all, equals: [.free])
        #expect((1500...2500).contains(lan[\.announced].count))
    }

    @Test("An announcement is withdrawn by an order, and by a question of another endpoint for its address")
    func withdrawn() throws {
        for isAsked in [false, true] {
            let lan = FakeLAN()
            var worker = LANWorker(lan.sockets, logger: log.logger)
            let wanted = IPAddress.v4(try ipv4("10.0.0.9"))
            let announcement = Announcement(of: [wanted], at: mac(3), on: try index())
            _ = worker.work(on: LANMail(orders: [.withdraw(announcement), .announce(announcement)]), at: start)
            let other = Announcement(of: [.v4(try ipv4("10.0.0.8"))], at: mac(3), on: try index())
            let asked = LANMail.Question(question: try question("10.0.0.9", "10.0.0.8"), reply: answers.add)
            let mail = LANMail(
                questions: isAsked ? [asked] : [],
                orders: isAsked ? [.announce(other)] : [.withdraw(announcement), .withdraw(other)])
            _ = worker.work(on: mail, at: after(500))
            wake(&worker, upTo: 5000)
            expect(lan[\.announced].count, equals: 1)
        }
    }

    @Test("Announcements without room are logged, and pings are answered")
    func full() throws {
        var worker = makeWorker()
        let addresses = (0...AnnouncementSchedule.capacity).map { IPAddress.v4(IPv4Address(bits: UInt32($0))) }
        let pinged = Answers()
        let mail = LANMail(
            orders: [.announce(Announcement(of: addresses, at: mac(3), on: try index()))],
            pings: [{ pinged.add(.free) }])
        _ = worker.work(on: mail, at: start)
        expect(log.metadata(.warning), equals: [["dropped": "1"]])
        expect(pinged.all.count, equals: 1)
    }

    @Test("LANMailbox hands over questions in batches, and refuses more than it may hold")
    func mailbox() throws {
        let mailbox = try LANMailbox()
        let one = LANMail.Question(question: try question("10.0.0.9"), reply: answers.add)
        for _ in 0..<LANMailbox.questionLimit { expect(mailbox.add(one), equals: nil) }
        expect(mailbox.add(one), equals: "there are too many questions at once")
        expect(mailbox.take().questions.count, equals: LANMailbox.batch)
        expect(mailbox.wakeup.take(), equals: true)
        expect(mailbox.add(one), equals: "there are too many questions at once")
        mailbox.noteAnswered(1)
        expect(mailbox.add(one), equals: nil)
        let announcement = Announcement(of: one.question.addresses, at: mac(1), on: try index())
        let many = Array(repeating: announcement, count: AnnouncementSchedule.capacity + 3)
        expect(mailbox.announce(many), equals: 3)
        expect(mailbox.close().count, equals: LANMailbox.questionLimit - LANMailbox.batch + 1)
        expect(mailbox.add(one), equals: "swiftvlan is stopping")
    }

    private func makeWorker() -> LANWorker<FakeSocket> { LANWorker(lan.sockets, logger: log.logger) }

    private func ask(_ address: String, _ worker: inout LANWorker<FakeSocket>, at time: Int) throws {
        let mail = LANMail(questions: [LANMail.Question(question: try question(address), reply: answers.add)])
        _ = worker.work(on: mail, at: after(time))
    }

    /// Lets the worker work whenever it wants to.
    private func wake(_ worker: inout LANWorker<FakeSocket>, upTo time: Int) {
        while let next = worker.next, next <= after(time) { _ = worker.work(on: LANMail(), at: next) }
    }
}
