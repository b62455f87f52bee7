import DriverCore
import NetworkTypes
import PacketSocket

/// A question to a LAN that waits for its answer.
///
/// It is asked three times, as RFC 5227 §1.1 wants (`PROBE_NUM`): at once, and after one and two thirds of the time. The
/// intervals of the RFC, a random second before the first probe, 1 to 2 s between probes and 2 s after the last, would
/// take some six seconds, for which no start of a container can wait. The delay before the first probe keeps hosts apart
/// that start together after a power failure. IPv6 has the same times here, instead of one probe and one second (RFC 4862
/// §5.1).
struct OpenQuestion {
    typealias Instant = ContinuousClock.Instant

    static let rounds = 3

    let question: ConflictQuestion
    let reply: @Sendable (ConflictAnswer) -> Void
    private let nonce: Nonce
    private var start: Instant
    private var round = 0
    private var unasked: Set<IPAddress>
    private var obstacle: Obstacle?
    private var conflicts: [AddressConflict] = []

    init(
        _ question: ConflictQuestion, nonce: Nonce, at start: Instant,
        reply: @escaping @Sendable (ConflictAnswer) -> Void
    ) {
        self.question = question
        self.nonce = nonce
        self.start = start
        self.reply = reply
        unasked = Set(question.addresses)
    }

    /// When the next round of probes is due, and after the last one, when the time is over.
    var next: Instant { start + question.timeout * round / Self.rounds }

    /// The answer, if the question needs no more time.
    var answer: ConflictAnswer? {
        if !conflicts.isEmpty { return .conflicts(conflicts) }
        guard let obstacle, !unasked.isEmpty else { return nil }
        return obstacle.isPassing && round < Self.rounds ? nil : .notAsked(obstacle.reason)
    }

    /// Sends a round of probes that is due. Returns false if there is none left: the time is over.
    ///
    /// A late round postpones the rest. Otherwise a daemon that was stopped or got no CPU time would send all rounds at once
    /// and wait for no answer.
    mutating func probe(at now: Instant, by send: (EthernetFrame) -> Obstacle?) -> Bool {
        start += max(.zero, next.duration(to: now))
        guard round < Self.rounds else { return false }
        round += 1
        for address in question.addresses {
            if let obstacle = send(.probe(for: address, from: question.sender, nonce: nonce)) {
                self.obstacle = obstacle
            } else {
                unasked.remove(address)
            }
        }
        return true
    }

    /// Considers a claim for one of the addresses. Returns whether it is a conflict.
    ///
    /// It is not if the endpoint itself claims the address, whose container may be running already, nor if a switch
    /// returned the probe.
    mutating func hear(_ claim: AddressClaim) -> Bool {
        let own = [question.macAddress, question.sender]
        guard !own.contains(claim.macAddress), !own.contains(claim.source), claim.nonce != nonce else { return false }
        guard !conflicts.contains(where: { $0.address == claim.address }) else { return true }
        conflicts.append(AddressConflict(claim.address, at: claim.macAddress))
        return true
    }
}
