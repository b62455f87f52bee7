import DriverCore
import Logging
import PacketSocket
import SystemCalls

/// The loop of a client's thread: waits for frames, mail and the time, and lets the worker do the rest.
struct LANLoop<Transport: ListeningTransport & ~Copyable & SendableMetatype>: Sendable {
    let stop: StopEvent
    let mailbox: LANMailbox
    let sockets: LANSockets<Transport>
    let logger: Logger
    /// The pause after a failed wait, in milliseconds.
    private static var retryPause: Int32 { 10 }

    init(stop: StopEvent, mailbox: LANMailbox, sockets: LANSockets<Transport>, logger: Logger) {
        self.stop = stop
        self.mailbox = mailbox
        self.sockets = sockets
        self.logger = logger
    }

    /// Works until the stop event is set, and then answers the open questions.
    func run() {
        var worker = LANWorker(sockets, logger: logger)
        while !stop.isSet {
            mailbox.noteAnswered(worker.work(on: mailbox.take(), at: .now))
            do throws(SystemError) {
                try waitForInput(
                    [stop.descriptor, mailbox.wakeup.descriptor] + worker.descriptors,
                    milliseconds: worker.next.map(milliseconds(until:)) ?? -1)
            } catch {
                // The kernel is short of memory (poll(2)).
                logger.error("Cannot wait for frames, retrying", metadata: ["reason": "\(error)"])
                stop.wait(milliseconds: Self.retryPause)
            }
        }
        _ = worker.end(because: LANClient.stopped)
        for question in mailbox.close() { question.reply(.notAsked(LANClient.stopped)) }
    }

    /// Rounds up: after the wait, it must be time.
    private func milliseconds(until next: ContinuousClock.Instant) -> Int32 {
        let left = ContinuousClock.now.duration(to: next) / .milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 60_000)))
    }
}
