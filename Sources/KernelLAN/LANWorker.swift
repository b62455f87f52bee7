import DriverCore
import Logging
import NetworkTypes
import PacketSocket
import SystemCalls

/// Everything that a client does between two waits. The caller says what time it is.
struct LANWorker<Transport: ListeningTransport & ~Copyable & SendableMetatype> {
    typealias Instant = ContinuousClock.Instant

    /// How long a socket stays open after the last question: the next container often comes soon.
    static var lingering: Duration { .seconds(3) }
    /// The most frames that are read from a socket at a time. A flood must not hold up other links.
    static var frameLimit: Int { 1024 }
    /// The most questions for which probes are sent before the answers are read: all answers may come at once, and a
    /// socket holds some hundred frames.
    static var probeLimit: Int { 32 }

    /// The fewest questions after which a socket is replaced because most of them are closed: it still receives the frames
    /// for their addresses, which a NIC filters only up to a limit.
    static var wornOut: Int { 256 }
    /// The most sockets at a time: the daemon's other parts need descriptors too, and systemd allows it 1,024.
    static var seatLimit: Int { 256 }

    /// The socket of a link.
    private struct Seat {
        let port: LinkPort<Transport>
        /// How many questions it has served.
        var served = 0
        /// Since when it has had none.
        var idleSince: Instant?
    }

    private let sockets: LANSockets<Transport>
    private let logger: Logger
    private var book = QuestionBook()
    private var schedule = AnnouncementSchedule()
    private var seats: [InterfaceIndex: Seat] = [:]

    init(_ sockets: LANSockets<Transport>, logger: Logger) {
        self.sockets = sockets
        self.logger = logger
    }

    /// Readable when a frame waits.
    var descriptors: [Int32] { seats.values.map(\.port.descriptor) }

    /// When `work` has something to do, if nothing arrives; nil if never.
    var next: Instant? {
        let closing = seats.values.compactMap(\.idleSince).min().map { $0 + Self.lingering }
        return [book.next, schedule.next, closing].compactMap(\.self).min()
    }

    /// Takes new work, and does what is due. Returns how many questions were answered.
    mutating func work(on mail: LANMail, at now: Instant) -> Int {
        for ping in mail.pings { ping() }
        // Before questions, which withdraw the announcements of earlier endpoints.
        carryOut(mail.orders, at: now)
        // Before questions are opened: a link may have been replaced by one with the same index.
        receive()
        open(mail.questions, at: now)
        while advanceQuestions(to: now) { receive() }
        let answered = answer()
        announce(at: now)
        tidy(at: now)
        return answered
    }

    /// Answers all open questions with `notAsked`, and closes the sockets. Returns how many questions were answered.
    mutating func end(because reason: String) -> Int {
        book.giveUpAll(because: reason)
        for seat in seats.values { seat.port.close() }
        seats = [:]
        return answer()
    }

    private mutating func open(_ questions: [LANMail.Question], at now: Instant) {
        var new: [InterfaceIndex: [QuestionBook.ID]] = [:]
        for question in questions {
            let nonce = Nonce(bits: .random(in: .min ... .max))
            let id = book.add(question.question, nonce: nonce, at: now, reply: question.reply)
            new[question.question.link, default: []].append(id)
            schedule.withdrawOthers(than: question.question)
        }
        for (link, ids) in new {
            do throws(SystemError) {
                try listen(on: link, new: ids.count)
            } catch {
                book.giveUp(ids, because: Obstacle(error).reason)
            }
        }
    }

    private mutating func listen(on link: InterfaceIndex, new: Int) throws(SystemError) {
        let addresses = book.subjects(on: link)
        guard !addresses.isEmpty else { return }
        if var seat = seats[link], seat.served < max(Self.wornOut, 4 * addresses.count) {
            try seat.port.hear(addresses)
            seat.served += new
            seat.idleSince = nil
            seats[link] = seat
        } else {
            try makeRoom(for: link)
            let port = LinkPort(try sockets.open(link, addresses))
            try port.hear(addresses)
            // Both sockets receive what arrives in between.
            close(link)
            seats[link] = Seat(port: port, served: new)
        }
    }

    /// Closes the socket that has been idle the longest if there are too many; throws `EMFILE` if all are in use.
    private mutating func makeRoom(for link: InterfaceIndex) throws(SystemError) {
        guard seats[link] == nil, seats.count >= Self.seatLimit else { return }
        let idle = seats.compactMap { seat in seat.value.idleSince.map { (link: seat.key, since: $0) } }
        guard let oldest = idle.min(by: { $0.since < $1.since }) else {
            throw SystemError(call: "socket(AF_PACKET)", errno: .tooManyOpenFiles)
        }
        close(oldest.link)
    }

    private mutating func receive() {
        for (link, seat) in seats {
            do throws(SystemError) {
                _ = try seat.port.receive(limit: Self.frameLimit) { book.hear($0, on: link) }
            } catch {
                // The link went down or is gone. Answers may have been lost, and the next question needs a new socket.
                book.giveUp(on: link, because: Obstacle(error).reason)
                close(link)
            }
        }
    }

    /// Sends some of the probes that are due. Returns whether more are due.
    private mutating func advanceQuestions(to now: Instant) -> Bool {
        book.advance(to: now, limit: Self.probeLimit) { [seats] frame, link in
            guard let port = seats[link]?.port else { return Obstacle(SystemError(call: "send", errno: .noSuchDevice)) }
            return port.send(frame)
        }
    }

    private mutating func answer() -> Int {
        let answered = book.takeAnswered()
        for answered in answered { answered.reply(answered.answer) }
        return answered.count
    }

    private mutating func carryOut(_ orders: [LANMail.Order], at now: Instant) {
        var dropped = 0
        for order in orders {
            switch order {
            case .announce(let announcement): dropped += schedule.add(announcement, at: now)
            case .withdraw(let announcement): schedule.withdraw(announcement)
            }
        }
        guard dropped > 0 else { return }
        logger.warning("Too many announcements at once", metadata: ["dropped": "\(dropped)"])
    }

    private mutating func announce(at now: Instant) {
        let (sockets, logger) = (sockets, logger)
        let gone = schedule.advance(to: now) { frame, link in
            do throws(SystemError) {
                try sockets.send(frame, link)
                return .sent
            } catch {
                switch error.errno {
                case .noBufferSpace, .tryAgain: return .refused
                case .noSuchDevice, .noSuchDeviceOrAddress: return .gone
                default:
                    logger.debug("Announcement not sent", metadata: ["link": "\(link)", "reason": "\(error)"])
                    return .lost
                }
            }
        }
        for link in gone { logger.debug("Announcements dropped: the link is gone", metadata: ["link": "\(link)"]) }
    }

    /// Closes the sockets that were idle for some time, and makes those deaf that have just become idle.
    private mutating func tidy(at now: Instant) {
        for (link, seat) in seats where !book.isAsking(on: link) {
            guard let since = seat.idleSince else {
                seats[link]?.idleSince = now
                // If it fails, frames arrive that concern nobody.
                try? seat.port.hear([])
                continue
            }
            if since + Self.lingering <= now { close(link) }
        }
    }

    private mutating func close(_ link: InterfaceIndex) { seats.removeValue(forKey: link)?.port.close() }
}
