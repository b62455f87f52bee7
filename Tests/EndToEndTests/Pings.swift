import Testing

/// The result of pinging an address during an action.
struct Pings: Sendable, CustomStringConvertible {
    let transmitted: Int
    let received: Int

    /// The sequence numbers without an answer, in order.
    let lost: [Int]

    /// Whether every ping was answered, except possibly the last, which may have been in flight.
    var noneLost: Bool { lost.isEmpty || lost == [transmitted] }

    var description: String { "\(transmitted) packets transmitted, \(received) received, \(lost) lost" }

    /// Reads the output of `ping`.
    init(_ output: String) throws {
        let summary = try #require(
            output.firstMatch(of: /(\d+) packets transmitted, (\d+) received/), "no summary of ping: \(output)")
        transmitted = try #require(Int(summary.1))
        received = try #require(Int(summary.2))
        let answered = Set(output.matches(of: /bytes from .* icmp_seq=(\d+)/).compactMap { Int($0.1) })
        lost = (0..<transmitted).map { $0 + 1 }.filter { !answered.contains($0) }
    }
}

extension Container {
    /// Pings an address twenty times a second during an action.
    func pings(to address: String, while body: () async throws -> Void) async throws -> Pings {
        // A directory of the machine itself: the throwaway host shares /tmp with other programs.
        let log = "/run/pings.\(name)"
        // Starts after the first answer: the first packets may be lost during neighbor discovery.
        let ping = try await machine.run(
            """
            nsenter -t \(pid) -n ping -c 10 -i 0.2 -w 5 \(address) >/dev/null
            setsid nsenter -t \(pid) -n ping -i 0.05 \(address) >\(log) 2>&1 </dev/null &
            echo $!
            """)
        do {
            try await body()
        } catch {
            _ = try? await stopPinging(ping, log)
            throw error
        }
        return try Pings(try await stopPinging(ping, log))
    }

    private func stopPinging(_ ping: String, _ log: String) async throws -> String {
        try await machine.run(
            """
            kill -INT \(ping)
            for n in $(seq 600); do grep -q 'packets transmitted' \(log) && break; sleep 0.1; done
            cat \(log); rm \(log)
            """)
    }
}
