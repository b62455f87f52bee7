package import DriverCore
package import Logging
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization

/// Removes links in the background.
///
/// Deleting a link waits for a grace period of the kernel's, some 17 ms, whoever asks (`netdev_run_todo` in
/// net/core/dev.c), but waits overlap. So each removal has a thread of its own, up to a bound; threads end when there
/// is nothing left to do. Beyond the bound of the backlog the caller does the removal itself: whoever makes links
/// faster than they can be removed is slowed down, and memory stays bounded.
package final class LinkReaper: Sendable {
    private static let threadsAtMost = 16
    private static let backlogAtMost = 1024
    private static let attempts = 3

    private struct State {
        var backlog: [RetiredLink] = []
        var threads = 0
        /// Links that are waiting to be removed or being removed, with those who wait for it.
        var waiters: [InterfaceIndex: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())
    private let logger: Logger

    package init(logger: Logger) {
        self.logger = logger
    }

    /// The number of links that are still to be removed.
    package var pending: Int { state.withLock { $0.waiters.count } }

    /// Returns when the link is gone, or has been given up; at once when it is not under way.
    package func finished(_ removal: LinkRemoval) async {
        await withCheckedContinuation { continuation in
            let isUnderWay = state.withLock { state in
                state.waiters[removal.index]?.append(continuation) != nil
            }
            if !isUnderWay { continuation.resume() }
        }
    }

    /// Returns when every removal that is under way now has finished.
    package func drained() async {
        for index in state.withLock({ Array($0.waiters.keys) }) {
            await finished(LinkRemoval(index: index))
        }
    }

    /// The links that are under way to be removed.
    var removing: Set<InterfaceIndex> { state.withLock { Set($0.waiters.keys) } }

    /// Has a link removed; waits for that only when the backlog is full, or there can be no thread for it.
    func remove(_ link: RetiredLink) {
        enum Way { case underWay, leftToThreads, needsThread, here }
        let way = state.withLock { state -> Way in
            guard state.waiters[link.index] == nil else { return .underWay }
            state.waiters[link.index] = []
            guard state.backlog.count < Self.backlogAtMost else { return .here }
            guard state.threads < Self.threadsAtMost else {
                state.backlog.append(link)
                return .leftToThreads
            }
            state.threads += 1
            return .needsThread
        }
        switch way {
        case .underWay, .leftToThreads: break
        case .needsThread where startThread({ self.work(from: link) }): break
        case .needsThread:
            state.withLock { $0.threads -= 1 }
            removeHere(link)
        case .here: removeHere(link)
        }
    }

    private func removeHere(_ link: RetiredLink) {
        var client = RouteClient<NetlinkSocket>()
        delete(link, with: &client)
    }

    /// Removes a link, and then others until there are none left.
    private func work(from first: RetiredLink) {
        var client = RouteClient<NetlinkSocket>()
        var link: RetiredLink? = first
        while let current = link {
            delete(current, with: &client)
            link = next()
        }
    }

    private func next() -> RetiredLink? {
        state.withLock { state in
            guard state.backlog.isEmpty else { return state.backlog.removeFirst() }
            state.threads -= 1
            return nil
        }
    }

    private func delete(_ link: RetiredLink, with client: inout RouteClient<NetlinkSocket>) {
        for attempt in 1...Self.attempts {
            do throws(RouteError) {
                // The link may have gone with its parent, and its index to another link.
                guard let now = try client.link(at: link.index), RetiredLink(now).isSame(as: link) else { break }
                try client.delete(link.index, named: link.name)
                break
            } catch {
                if error.errno == .noSuchDevice { break }
                guard attempt == Self.attempts else { continue }
                logger.error("A link could not be removed and is left, set down", metadata: ["reason": "\(error)"])
            }
        }
        let waiters = state.withLock { $0.waiters.removeValue(forKey: link.index) ?? [] }
        for waiter in waiters { waiter.resume() }
    }
}

/// What the reaper knows of a link, to recognise it when its turn comes.
struct RetiredLink: Hashable, Sendable {
    let index: InterfaceIndex
    let name: String
    private let kind: String?
    private let alias: String?

    init(_ message: LinkMessage) {
        index = message.index
        name = message.name
        kind = message.kind?.name
        alias = message.alias
    }

    func isSame(as other: RetiredLink) -> Bool {
        index == other.index && kind == other.kind && alias == other.alias
    }
}
