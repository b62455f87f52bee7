import Glibc

/// The signals that end the daemon in an orderly way or have it read its configuration again, waited for instead of
/// handled: no code runs in a handler's narrow world, and none can interrupt a call into the kernel.
struct DaemonSignals {
    private var set = sigset_t()

    /// Blocks the signals, for this thread and all that it starts from now on.
    init() {
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Returns the next signal to stop, and calls the closure for each to reload before it. What arrives while the
    /// closure runs is not lost; several requests to reload are one then.
    func waitForStop(onReload reload: () -> Void) -> Int32 {
        while true {
            var signal: Int32 = 0
            var set = set
            guard sigwait(&set, &signal) == 0 else { continue }
            guard signal == SIGHUP else { return signal }
            reload()
        }
    }
}
