import Netlink
import Synchronization
package import SystemCalls

/// The scripted kernel's reaction to a receive call.
package enum Reaction: Sendable {
    /// The kernel sends an answer. The closure gets the sequence number of the request.
    case answer(@Sendable (_ sequence: UInt32) -> [UInt8])
    /// The socket fails.
    case failure(SystemError)

    package static func failure(_ code: Int32) -> Reaction { .failure(SystemError(call: "recv", code: code)) }
}

/// An event of a scripted kernel's transports.
package enum TransportEvent: Hashable, Sendable {
    case opened, sent, received, failed, closed
}

/// A scripted kernel: one reaction for each receive call, and a record of the datagrams sent to it. After the last
/// reaction it is silent, which a socket reports as `EAGAIN`.
package final class KernelScript: Sendable {
    private struct State {
        var reactions: [Reaction]
        var events: [TransportEvent] = []
        var requests: [[UInt8]] = []
    }

    private let state: Mutex<State>

    package init(_ reactions: Reaction...) { state = Mutex(State(reactions: reactions)) }

    package init(_ reactions: [Reaction]) { state = Mutex(State(reactions: reactions)) }

    /// The events of all transports so far.
    package var events: [TransportEvent] { state.withLock { $0.events } }

    /// The number of transports that were opened.
    package var openings: Int { events.count { $0 == .opened } }

    /// The datagrams that were sent to the kernel.
    package var requests: [[UInt8]] { state.withLock { $0.requests } }

    /// Opens a transport to this kernel.
    package func open() -> ScriptedTransport {
        note(.opened)
        return ScriptedTransport(script: self)
    }

    fileprivate func note(_ event: TransportEvent) { state.withLock { $0.events.append(event) } }

    fileprivate func take(_ request: [UInt8]) {
        state.withLock {
            $0.events.append(.sent)
            $0.requests.append(request)
        }
    }

    fileprivate func react() throws(SystemError) -> [UInt8] {
        let (reaction, request) = state.withLock { state in
            let reaction = state.reactions.isEmpty ? Reaction.silence : state.reactions.removeFirst()
            switch reaction {
            case .answer: state.events.append(.received)
            case .failure: state.events.append(.failed)
            }
            return (reaction, state.requests.last ?? [])
        }
        switch reaction {
        case .answer(let make): return make(sequence(of: request))
        case .failure(let error): throw error
        }
    }
}

extension Reaction {
    /// The kernel sends no answer within the time limit.
    package static var silence: Reaction { .failure(SystemError(call: "recv", errno: .tryAgain)) }
}

/// A transport to a scripted kernel.
package struct ScriptedTransport: ~Copyable, DatagramTransport {
    fileprivate let script: KernelScript

    package mutating func send(_ datagram: [UInt8]) throws(SystemError) { script.take(datagram) }

    package mutating func receive() throws(SystemError) -> [UInt8] { try script.react() }

    deinit { script.note(.closed) }
}
