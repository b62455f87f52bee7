import Glibc

/// The signals that end the daemon in an orderly way, waited for instead of handled: no code runs in a handler's
/// narrow world, and none can interrupt a call into the kernel.
struct StopSignals {
    private var set = sigset_t()

    /// Blocks the signals, for this thread and all that it starts from now on.
    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Returns the next of the signals that arrives.
    func wait() -> Int32 {
        var signal: Int32 = 0
        var set = set
        while sigwait(&set, &signal) != 0 {}
        return signal
    }
}
