import Foundation
import Testing

/// Watches the router's routes and pings containers from the station, twenty times a second each, during an action.
struct RouteWatch: Sendable {
    private let fabric: Fabric
    private let addresses: [String]

    /// What was seen between start and stop. Times are seconds since midnight, UTC, by the machine's one clock.
    struct Result: Sendable {
        struct Change: Sendable, CustomStringConvertible {
            let time: Double
            let destination: String
            let isWithdrawal: Bool
            var description: String { "\(isWithdrawal ? "withdrawn" : "learned") \(destination) at \(time)" }
        }

        /// The router's changed routes to single addresses and subnets of containers, in order.
        let changes: [Change]

        /// The pings of each address, and the times of their answers.
        let pings: [Pings]
        let answers: [[Double]]

        /// The destinations that were withdrawn at any time.
        var withdrawn: [String] { changes.filter(\.isWithdrawal).map(\.destination) }

        /// When a route to the destination was first learned or withdrawn.
        func time(of destination: String, withdrawn: Bool) -> Double? {
            changes.first { $0.destination == destination && $0.isWithdrawal == withdrawn }?.time
        }

        /// The first answer of the address with this index after a time.
        func answer(of index: Int, after time: Double) -> Double? { answers[index].first { $0 > time } }

        /// The longest time without an answer of the address with this index.
        func longestSilence(of index: Int) -> Double {
            zip(answers[index], answers[index].dropFirst()).map { $1 - $0 }.max() ?? .infinity
        }
    }

    static let startMonitor = """
        setsid ip -ts -o monitor route >/run/watch 2>&1 </dev/null &
        echo $! >/run/watch.pid
        \(catchUp)
        """

    /// Prints what the monitor saw.
    static let stopMonitor = """
        \(catchUp)
        kill $(cat /run/watch.pid)
        cat /run/watch
        rm /run/watch /run/watch.pid
        """

    /// Waits until the monitor has seen everything up to now: a route that exists for a moment.
    private static let catchUp = """
        before=$(grep -c 192.0.2.255 /run/watch)
        for try in $(seq 200); do
            ip route add unreachable 192.0.2.255
            ip route del unreachable 192.0.2.255
            [ "$(grep -c 192.0.2.255 /run/watch)" -gt "$before" ] && break
            sleep 0.05
        done
        """

    /// Starts to watch. Addresses that answer already are pinged until they do, so that a lost ping counts.
    static func start(in fabric: Fabric, pinging addresses: [String], answering: Bool = true) async throws -> RouteWatch
    {
        try await fabric.on(.tor, startMonitor)
        for (number, address) in addresses.enumerated() {
            try await fabric.on(
                .station,
                """
                \(answering ? "ping -c 5 -i 0.2 -w 60 \(address) >/dev/null" : "")
                setsid ping -D -O -i 0.05 \(address) >/run/ping.\(number) 2>&1 </dev/null &
                echo $! >/run/ping.\(number).pid
                """)
        }
        return RouteWatch(fabric: fabric, addresses: addresses)
    }

    func stop() async throws -> Result {
        let monitor = try await fabric.on(.tor, Self.stopMonitor)
        var pings: [Pings] = []
        var answers: [[Double]] = []
        for number in addresses.indices {
            let output = try await fabric.on(
                .station,
                """
                kill -INT $(cat /run/ping.\(number).pid)
                for n in $(seq 600); do grep -q 'packets transmitted' /run/ping.\(number) && break; sleep 0.1; done
                grep -v 'no answer yet' /run/ping.\(number); rm /run/ping.\(number) /run/ping.\(number).pid
                """)
            pings.append(try Pings(output))
            answers.append(
                output.matches(of: /\[([0-9.]+)\] [0-9]+ bytes from/).compactMap { Double($0.1) }
                    .map { $0.truncatingRemainder(dividingBy: 86_400) })
        }
        return Result(changes: Self.changes(in: monitor), pings: pings, answers: answers)
    }

    /// Reads lines such as `[2026-11-29T08:40:00.123456] Deleted 10.30.7.1 nhid 12 via … proto bgp metric 20`.
    static func changes(in monitor: String, of protocols: Set<String> = ["bgp", "ospf"]) -> [Result.Change] {
        monitor.split(separator: "\n").compactMap { line in
            guard
                let match = line.firstMatch(
                    of: /^\[\S+T(\d+):(\d+):([0-9.]+)\] (Deleted )?(10\.30\.\S+|fd30:\S+) .*proto (\S+)/),
                protocols.contains(String(match.6)),
                let hours = Double(match.1), let minutes = Double(match.2), let seconds = Double(match.3)
            else { return nil }
            return Result.Change(
                time: hours * 3600 + minutes * 60 + seconds, destination: String(match.5), isWithdrawal: match.4 != nil)
        }
    }
}
