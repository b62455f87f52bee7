import PacketSocket
import Synchronization
import SystemCalls

/// Joins the memberships of a socket on a short-lived thread: each waits for the kernel's lock of all links, which other
/// programs may hold for a second, such as while network namespaces are destroyed.
final class Joiner: Sendable {
    /// How long `join` waits for the thread, in milliseconds. It usually ends within one, and then a NIC already receives
    /// the answers to the first probe. If it does not, the answers to the next probes must do.
    private static let patience: Int32 = 5

    private struct State {
        var waiting: [PendingMemberships] = []
        var isRunning = false
    }

    private let state = Mutex(State())

    /// Joins memberships, after earlier ones. Waits a little, unless earlier ones still wait.
    func join(_ memberships: PendingMemberships) {
        let isRunning = state.withLock { state in
            state.waiting.append(memberships)
            defer { state.isRunning = true }
            return state.isRunning
        }
        guard !isRunning else { return }
        do throws(SystemError) {
            let done = try StopEvent()
            try startThread(named: "LAN joiner") {
                self.joinAll()
                done.set()
            }
            done.wait(milliseconds: Self.patience)
        } catch {
            joinAll()
        }
    }

    private func joinAll() {
        while let next = next() {
            // Fails if the link is gone, which the socket reports too.
            try? next.join()
        }
    }

    private func next() -> PendingMemberships? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
