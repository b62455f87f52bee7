import DaemonTestKit
import Glibc
import TestSupport

/// Endpoints that are created, joined, left and deleted in one network, all within the first to the last call's time and
/// that which the kernel takes to be rid of the last link.
struct EndpointLives: Sendable {
    let socket: String
    let network: Int

    /// One endpoint after another on one connection.
    func oneAtATime(_ endpoints: Range<Int>, awaitingEnd: () throws -> Void) throws -> Duration {
        let connection = try HTTPClient(path: socket)
        let lives = endpoints.map(requests)
        return try ContinuousClock().measure {
            for life in lives { for request in life { try connection.succeed(request) } }
            try awaitingEnd()
        }
    }

    /// All endpoints at the same time, each on a connection and a thread of its own. The threads' start is in the time.
    func allAtOnce(_ endpoints: Range<Int>, awaitingEnd: () throws -> Void) throws -> Duration {
        let lives = try endpoints.map { (connection: try HTTPClient(path: socket), requests: requests(of: $0)) }
        return try ContinuousClock().measure {
            try onThreads(lives.count) { number in
                for request in lives[number].requests { try lives[number].connection.succeed(request) }
            }
            try awaitingEnd()
        }
    }

    /// Checks that the measured calls do their work: the link exists after Join, and is gone at the end.
    func check(_ endpoint: Int, awaitingEnd: () throws -> Void) throws {
        let connection = try HTTPClient(path: socket)
        for (number, request) in requests(of: endpoint).enumerated() {
            try connection.succeed(request)
            if number == 1, try DaemonProcess.linkCount != 1 { throw ProcessError("Join created no link.") }
        }
        try awaitingEnd()
    }

    private func requests(of endpoint: Int) -> [[UInt8]] {
        Calls.life(of: endpoint, in: network, address: "10.64.\(endpoint >> 8 & 0xff).\(endpoint & 0xff)/16")
    }
}
