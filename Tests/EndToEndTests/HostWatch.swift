import Testing

/// What two hosts on the LAN saw of the Docker host during an action.
struct HostWatch: Sendable {
    /// The pings of both families, a hundred per second each.
    let pings: [Pings]

    /// The MAC addresses that the hosts' neighbor tables held for the Docker host, and how often each was entered.
    let addresses: [String: Int]

    /// The Docker host's MAC address.
    let expected: String

    /// How often the second host asked for the Docker host's address with an empty neighbor table.
    let questions: Int
}

extension Scenario {
    /// Watches the Docker host during `body`, which has its LAN addresses (`addHostAddresses`).
    ///
    /// The router pings it. The host `asker`, a macvlan link on the router's end of the wire, empties its own neighbor
    /// table before each ping, and asks by ARP probes too. `ip monitor` reports every change of both tables.
    func watchHost(while body: () async throws -> Void) async throws -> HostWatch {
        try await machine.run(Self.startWatching)
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let text = try await machine.run(Self.stopWatching)
        try result.get()
        let parts = text.split(separator: "=====\n", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 4, "\(text)")
        var addresses: [String: Int] = [:]
        for line in parts[2].split(separator: "\n") { addresses[String(line), default: 0] += 1 }
        return HostWatch(
            pings: [try Pings(parts[0]), try Pings(parts[1])], addresses: addresses,
            expected: try await machine.run("ip -o link show eth0 | grep -o 'link/ether [^ ]*' | cut -d' ' -f2"),
            questions: parts[3].split(separator: "\n").count)
    }

    private static let startWatching = """
        set -e
        ip netns add asker
        ip -n router link add asker link lan type macvlan mode bridge
        ip -n router link set asker netns asker
        ip -n asker link set lo up; ip -n asker link set asker up
        ip -n asker addr add 192.168.50.200/24 dev asker; ip -n asker addr add fd00:50::200/64 dev asker nodad
        mkdir -p /run/watch; cd /run/watch; rm -f -- *; touch on questions probes
        for host in 192.168.50.9 fd00:50::9; do
            ip netns exec router ping -c 10 -i 0.2 -w 10 $host >/dev/null
        done
        start() { name=$1; shift; setsid "$@" >$name 2>&1 </dev/null & echo $! >>pids.${name%.*}; }
        start ping.4 ip netns exec router ping -i 0.01 192.168.50.9
        start ping.6 ip netns exec router ping -i 0.01 fd00:50::9
        start monitor.1 ip -n router monitor neigh
        start monitor.2 ip -n asker monitor neigh
        cat >ask <<'END'
        while [ -e on ]; do
            ip -n asker neigh flush dev asker
            for host in 192.168.50.9 fd00:50::9; do ip netns exec asker ping -c 1 -W 1 $host; done >/dev/null
            ip netns exec asker busybox arping -D -I asker -c 1 -w 1 192.168.50.9 >>probes
            echo asked >>questions
        done
        touch ended
        END
        start ask.1 sh ask
        """

    /// Prints the pings of each family, the MAC addresses, and a line for each question, with separators in between.
    private static let stopWatching = """
        cd /run/watch; rm on
        kill -INT $(cat pids.ping)
        for n in $(seq 600); do
            [ -e ended ] && grep -q 'packets transmitted' ping.4 && grep -q 'packets transmitted' ping.6 && break
            sleep 0.1
        done
        kill $(cat pids.monitor)
        for family in 4 6; do cat ping.$family; echo =====; done
        {
            grep -hE '^(192\\.168\\.50\\.9|fd00:50::9) ' monitor.* | grep -o 'lladdr [^ ]*' | cut -d' ' -f2
            grep -oiE '\\[[0-9a-f:]{17}\\]' probes | tr -d '[]'
        }
        echo =====; cat questions
        cd /; rm -r /run/watch; ip netns del asker
        """
}
