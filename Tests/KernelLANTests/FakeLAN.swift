import DriverCore
import NetworkTypes
import PacketSocket
import Synchronization
import SystemCalls
import TestSupport

@testable import KernelLAN

/// Links without a kernel: what is sent on them is recorded, and a test decides what they receive.
final class FakeLAN: Sendable {
    struct State {
        var sent: [EthernetFrame] = []
        var announced: [EthernetFrame] = []
        var incoming: [Result<EthernetFrame, SystemError>] = []
        var heard: [[IPAddress]] = []
        var opened = 0
        var closed = 0
        var isRunning = true
        /// While it is false, a closed socket blocks its thread.
        var mayClose = true
        var openError: SystemError?
        /// How many frames were sent since the last time that frames were received, and at most.
        var sentInARow = 0
        var mostInARow = 0
    }

    let state = Mutex(State())

    subscript<Value: Sendable>(path: any KeyPath<State, Value> & Sendable) -> Value {
        state.withLock { $0[keyPath: path] }
    }

    var sockets: LANSockets<FakeSocket> {
        LANSockets(
            open: { (_, addresses) throws(SystemError) in
                let error: SystemError? = self.state.withLock { state in
                    guard state.openError == nil else { return state.openError }
                    state.opened += 1
                    return nil
                }
                if let error { throw error }
                return FakeSocket(lan: self)
            },
            send: { frame, _ in self.state.withLock { $0.announced.append(frame) } })
    }
}

/// A socket on a fake link.
struct FakeSocket: ~Copyable, ListeningTransport {
    let lan: FakeLAN
    var descriptor: Int32 { -1 }

    init(lan: FakeLAN) { self.lan = lan }

    deinit {
        // Not forever, so that a test fails if the wrong thread waits here.
        _ = eventually(within: 5) { lan[\.mayClose] }
        lan.state.withLock { $0.closed += 1 }
    }

    mutating func send(_ frame: [UInt8], type: EtherType) throws(SystemError) {
        guard let frame = try? EthernetFrame(decoding: frame) else { return }
        lan.state.withLock { state in
            state.sent.append(frame)
            state.sentInARow += 1
            state.mostInARow = max(state.mostInARow, state.sentInARow)
        }
    }

    mutating func receive() throws(SystemError) -> [UInt8]? {
        let next = lan.state.withLock { state in
            state.sentInARow = 0
            return state.incoming.isEmpty ? nil : state.incoming.removeFirst()
        }
        return try next?.get().bytes
    }

    mutating func hear(_ addresses: [IPAddress]) throws(SystemError) -> PendingMemberships? {
        lan.state.withLock { $0.heard.append(addresses) }
        return nil
    }

    func isRunning() throws(SystemError) -> Bool { lan[\.isRunning] }
}
