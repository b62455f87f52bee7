import DaemonTestKit
import Glibc
import TestSupport

/// Creates, joins, leaves and deletes endpoints of one network. The measured time runs from the first call until the
/// kernel has removed the last link.
struct EndpointLives: Sendable {
    let socket: String
    let network: Int

    /// Measures one endpoint after another on one connection.
    func oneAtATime(_ endpoints: Range<Int>, awaitingEnd: () throws -> Void) throws -> Duration {
        let connection = try HTTPClient(path: socket)
        let lives = endpoints.map(requests)
        return try ContinuousClock().measure {
            for life in lives { for request in life { try connection.succeed(request) } }
            try awaitingEnd()
        }
    }

    /// Measures all endpoints at the same time, each on its own connection and thread. The time includes the start of the
    /// threads.
    func allAtOnce(_ endpoints: Range<Int>, awaitingEnd: () throws -> Void) throws -> Duration {
        let lives = try endpoints.map { (connection: try HTTPClient(path: socket), requests: requests(of: $0)) }
        return try ContinuousClock().measure {
            try onThreads(lives.count) { number in
                for request in lives[number].requests { try lives[number].connection.succeed(request) }
            }
            try awaitingEnd()
        }
    }

    /// Checks that the measured calls take effect: the link exists after Join and is gone at the end.
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
