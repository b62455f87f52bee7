package import DriverCore
import Glibc
package import Logging
import PacketSocket
import Synchronization
import SystemCalls

/// Asks the LANs of the host's links about conflicts, and announces addresses to them, on a thread of its own.
///
/// It needs CAP_NET_RAW. No method blocks, except `stop`, which waits for the thread. What waits and is open is bounded.
package final class LANClient: Sendable {
    /// The reason of `notAsked` before the start and after the end.
    static let stopped = "swiftvlan is stopping"

    private let logger: Logger
    private let run = Mutex<LANRun?>(nil)

    package init(logger: Logger) { self.logger = logger }

    deinit { stop() }

    /// Starts the thread, in the network namespace of the calling thread; does nothing if already started.
    package func start() throws(DriverError) {
        try run.withLock { (run) throws(DriverError) in
            guard run == nil else { return }
            do throws(SystemError) {
                run = try LANRun(logger: logger)
            } catch {
                throw DriverError(.other, message: "start to watch LANs for address conflicts: \(error)")
            }
        }
    }

    /// Ends the thread; questions that wait are answered with `notAsked`. No answer is given after this returns, unless an
    /// answer itself is the caller.
    package func stop() { run.withLock { $0.take() }?.end() }

    /// Asks a question; returns at once, on any thread. `answer` is called once, on this client's thread: at the first
    /// conflict, or when the time is over. If there are too many questions, or the client is not started, it is called on
    /// the calling thread, before this returns. It must return quickly.
    ///
    /// The answer at the first conflict contains the conflicts of other addresses that were heard at the same time. The time
    /// begins with the first probe.
    package func ask(_ question: ConflictQuestion, _ answer: @escaping @Sendable (ConflictAnswer) -> Void) {
        let mailbox = run.withLock { $0?.mailbox }
        guard let mailbox else { return answer(.notAsked(Self.stopped)) }
        let refusal = mailbox.add(LANMail.Question(question: question, reply: answer))
        if let refusal { answer(.notAsked(refusal)) }
    }

    /// Sends announcements three times, one second apart; returns at once, on any thread.
    ///
    /// What was announced on the same link within the last 3 s is not announced again. The frames of large batches are
    /// spread over time. Those for links that are gone are dropped.
    package func announce(_ announcements: [Announcement]) {
        guard let mailbox = run.withLock({ $0?.mailbox }) else { return }
        let dropped = mailbox.announce(announcements)
        if dropped > 0 {
            logger.warning("Too many announcements at once", metadata: ["dropped": "\(dropped)"])
        }
    }

    /// Stops announcing what is not true anymore, because an endpoint left its addresses; returns at once, on any thread.
    ///
    /// Otherwise the rest of the three frames could follow those of the next host that has the address. A question about an
    /// address has the same effect on announcements of other MAC addresses for it.
    package func withdraw(_ announcements: [Announcement]) {
        // If there is no room, the frames of the last seconds are sent.
        _ = run.withLock { $0?.mailbox }?.withdraw(announcements)
    }

    /// Calls `answer` on the thread as soon as it is free; never while the thread hangs or is not started.
    package func ping(_ answer: @escaping @Sendable () -> Void) {
        run.withLock { $0?.mailbox }?.add(ping: answer)
    }
}
