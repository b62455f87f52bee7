import Glibc
import Logging
import PacketSocket
import Synchronization
import SystemCalls

/// The thread of a client, from its start to its end.
///
/// The thread holds no reference to the client, so that releasing the last one stops it.
final class LANRun: Sendable {
    let mailbox: LANMailbox
    private let stop: StopEvent
    private let ended: StopEvent
    private let thread: Mutex<pthread_t?>

    /// Starts the thread.
    init(logger: Logger) throws(SystemError) {
        mailbox = try LANMailbox()
        stop = try StopEvent()
        ended = try StopEvent()
        thread = Mutex(nil)
        let loop = LANLoop(stop: stop, mailbox: mailbox, sockets: .kernel(), logger: logger)
        try startThread(named: "LAN") { [self] in
            thread.withLock { $0 = pthread_self() }
            loop.run()
            ended.set()
        }
    }

    /// Ends the thread, and waits for its end unless it is the caller.
    func end() {
        stop.set()
        let isOnItsThread = thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
        if !isOnItsThread { ended.wait() }
    }
}
