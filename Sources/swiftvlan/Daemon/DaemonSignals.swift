import Glibc

/// The signals that stop the daemon gracefully or reload its configuration.
///
/// One thread waits for them, without a signal handler: no code is limited to async-signal-safe functions, and no
/// signal interrupts a system call.
struct DaemonSignals {
    private var set = sigset_t()

    /// Blocks the signals in this thread and in all threads that it starts later.
    init() {
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Whether a signal to stop is pending, such as one that arrived before this program was executed.
    var isStopPending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return [SIGTERM, SIGINT].contains { sigismember(&pending, $0) == 1 }
    }

    /// Sends a signal to this process again; it stays pending, because it is blocked, for the program that this process
    /// executes next.
    func leave(_ signal: Int32) { kill(getpid(), signal) }

    /// Waits for a signal to stop and returns it; calls `reload` on each SIGHUP before it.
    ///
    /// Signals that arrive while `reload` runs stay pending, and several SIGHUPs then count as one.
    func waitForStop(onReload reload: () -> Void) -> Int32 {
        while true {
            var signal: Int32 = 0
            var set = set
            guard sigwait(&set, &signal) == 0 else { continue }
            guard signal == SIGHUP else { return signal }
            reload()
        }
    }

    /// Waits for a signal and returns it, or returns nil after the time limit.
    func wait(atMost limit: Duration) -> Int32? {
        let deadline = ContinuousClock.now + limit
        while true {
            let left = max(ContinuousClock.now.duration(to: deadline), .zero).components
            var set = set
            var time = timespec(tv_sec: Int(left.seconds), tv_nsec: Int(left.attoseconds / 1_000_000_000))
            let signal = sigtimedwait(&set, nil, &time)
            if signal > 0 { return signal }
            // EINTR: such as after SIGSTOP and SIGCONT (signal(7)).
            guard errno == EINTR else { return nil }
        }
    }
}
