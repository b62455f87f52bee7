package import DriverCore
import Glibc
package import Logging
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization
import SystemCalls

/// Removes links in the background.
///
/// Deleting a link waits for a kernel grace period of about 17 ms (`netdev_run_todo` in net/core/dev.c); deleting a
/// group of links waits once. So retired links are collected in groups, and threads remove one group while the next one
/// fills. Threads end when no work is left.
///
/// When the backlog is full, the caller removes a group itself. This slows down a caller that retires links faster than
/// the kernel can remove them, and bounds memory.
package final class LinkReaper: Sendable {
    /// A second thread works while the first is in its grace period; more would wait for each other (`rtnl_lock`).
    private static let maximumThreads = 2
    private static let attempts = 3
    /// How long a thread waits for more links to join a group, in microseconds.
    private static let gatheringPause: useconds_t = 2000

    private struct State {
        var backlog = RetirementBacklog()
        var threads = 0
        /// The links whose removal is pending, with the tasks that wait for it.
        var waiters: [InterfaceIndex: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())
    private let logger: Logger
    private let maximumBacklog: Int
    private let onFailure: RequestFailureObserver

    /// Creates a reaper. Once `maximumBacklog` links are pending, callers remove some themselves. `onFailure` receives the
    /// reason of each request that fails.
    package init(
        logger: Logger, maximumBacklog: Int = 1024, onFailure: @escaping RequestFailureObserver = { _ in }
    ) {
        self.logger = logger
        self.onFailure = onFailure
        self.maximumBacklog = maximumBacklog
    }

    /// The number of pending links.
    package var pending: Int { state.withLock { $0.waiters.count } }

    /// Waits until the link is gone or the reaper has given up on it; returns at once if it is not pending.
    package func finished(_ removal: LinkRemoval) async {
        await withCheckedContinuation { continuation in
            let isPending = state.withLock { state in
                state.waiters[removal.index]?.append(continuation) != nil
            }
            if !isPending { continuation.resume() }
        }
    }

    /// Waits until every removal that is pending now has finished.
    package func drained() async {
        for index in state.withLock({ Array($0.waiters.keys) }) {
            await finished(LinkRemoval(index: index))
        }
    }

    /// The pending links.
    var removing: Set<InterfaceIndex> { state.withLock { Set($0.waiters.keys) } }

    /// Removes a link in the background, after `mark` has retired it into the given group.
    ///
    /// Blocks only if the backlog is full or no thread can be started. If `mark` throws, the link is not pending.
    func remove<Failure>(_ link: RetiredLink, marking mark: (LinkGroup) throws(Failure) -> Void) throws(Failure) {
        if pending >= maximumBacklog { removeGroupHere() }
        let reserved = state.withLock { state -> LinkGroup? in
            guard state.waiters[link.index] == nil else { return nil }
            state.waiters[link.index] = []
            return state.backlog.reserve()
        }
        guard let group = reserved else { return }
        do throws(Failure) {
            try mark(group)
        } catch {
            state.withLock { $0.backlog.fill(group, with: nil) }
            startThreadIfNeeded()
            finish([link])
            throw error
        }
        state.withLock { $0.backlog.fill(group, with: link) }
        startThreadIfNeeded()
    }

    private func startThreadIfNeeded() {
        let isNeeded = state.withLock { state in
            guard state.backlog.hasReadyGroup, state.threads < Self.maximumThreads else { return false }
            state.threads += 1
            return true
        }
        guard isNeeded else { return }
        do throws(SystemError) {
            try startThread(named: "reaper") {
                usleep(Self.gatheringPause)
                self.work()
            }
        } catch {
            work()
        }
    }

    /// Removes groups until none is ready.
    private func work() {
        var client = tracedClient()
        while let group = nextGroup() { remove(group, with: &client) }
    }

    private func nextGroup() -> RetirementBacklog.Group? {
        state.withLock { state in
            let group = state.backlog.takeGroup()
            if group == nil { state.threads -= 1 }
            return group
        }
    }

    private func tracedClient() -> RouteClient<NetlinkSocket> {
        var client = RouteClient<NetlinkSocket>()
        client.trace = logger.requestTrace(reporting: onFailure)
        return client
    }

    private func removeGroupHere() {
        guard let group = state.withLock({ $0.backlog.takeGroup() }) else { return }
        var client = tracedClient()
        remove(group, with: &client)
    }

    private func remove(_ group: RetirementBacklog.Group, with client: inout RouteClient<NetlinkSocket>) {
        for link in removeTogether(group, with: &client) { removeAlone(link, with: &client) }
        finish(group.links)
    }

    /// Removes a group in one request. Returns the links that must be removed one by one.
    ///
    /// Each link is checked first: another program may have moved it away or into another group. If one in the group
    /// has lost its alias, it now belongs to another program, and the group is not removed as a whole. Other programs
    /// do not put links into the group, because its number is random and used only briefly.
    private func removeTogether(
        _ group: RetirementBacklog.Group, with client: inout RouteClient<NetlinkSocket>
    ) -> [RetiredLink] {
        guard group.links.count > 1 else { return group.links }
        do throws(RouteError) {
            var isEmpty = true
            var others: [RetiredLink] = []
            for link in group.links {
                guard let now = try client.link(at: link.index) else { continue }
                guard now.group == group.number else {
                    others.append(link)
                    continue
                }
                guard link.isSame(as: now) else { return group.links }
                isEmpty = false
            }
            if !isEmpty { try client.delete(group.number) }
            return others
        } catch {
            return group.links
        }
    }

    private func removeAlone(_ link: RetiredLink, with client: inout RouteClient<NetlinkSocket>) {
        for attempt in 1...Self.attempts {
            do throws(RouteError) {
                // The link may have been removed with its parent, and its index reused.
                guard let now = try client.link(at: link.index), link.isSame(as: now) else { return }
                return try client.delete(link.index, named: link.name)
            } catch {
                if error.errno == .noSuchDevice { return }
                guard attempt == Self.attempts else { continue }
                logger.error("Link cannot be removed and stays down", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func finish(_ links: [RetiredLink]) {
        let waiters = state.withLock { state in
            links.flatMap { state.waiters.removeValue(forKey: $0.index) ?? [] }
        }
        for waiter in waiters { waiter.resume() }
    }
}
