import Testing

/// What two hosts on the LAN saw of the Docker host during an action.
struct HostWatch: Sendable {
    /// The pings of both families, a hundred per second each.
    let pings: [Pings]

    /// The MAC addresses that frames on the wire and the hosts' neighbor tables gave for the Docker host, and how often.
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
    /// table before each ping, and asks by ARP probes too. `ip monitor` reports every change of both tables, and `tcpdump`
    /// every frame, because a table keeps the first of two answers.
    func watchHost(while body: () async throws -> Void) async throws -> HostWatch {
        try await machine.run(Self.startWatching)
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let text = try await machine.run(Self.stopWatching)
        try result.get()
        let parts = text.split(separator: "=====\n", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 4, "\(text)")
        var addresses: [String: Int] = [:]
        for line in parts[2].split(separator: "\n") {
            let words = line.split(separator: " ")
            try #require(words.count == 2, "\(line)")
            addresses[String(words[1])] = Int(words[0])
        }
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
        mkdir -p /run/watch; cd /run/watch; rm -f -- *; touch on questions
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
            ip netns exec asker busybox arping -D -I asker -c 1 -w 1 192.168.50.9 >/dev/null
            echo asked >>questions
        done
        touch ended
        END
        start monitor.wire ip netns exec router tcpdump -i lan -e -n -l -U 'arp or icmp6'
        for n in $(seq 600); do grep -q listening monitor.wire && break; sleep 0.1; done
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
        host='192\\.168\\.50\\.9|fd00:50::9'
        for family in 4 6; do
            # Shorter, because the output of a command is limited.
            sed 's/^[0-9]* bytes from .* icmp_seq=\\([0-9]*\\) .*/bytes from host icmp_seq=\\1/' ping.$family
            echo =====
        done
        {
            grep -hE "^($host) " monitor.[12] | grep -o 'lladdr [^ ]*' | cut -d' ' -f2
            # The second field is the frame's sender; the rest says that it has the host's address.
            grep -E " (tell|Reply|tgt is) ($host)(,| is-at)| ($host) > " monitor.wire | cut -d' ' -f2
        } | sort | uniq -c
        echo =====; cat questions
        cd /; rm -r /run/watch; ip netns del asker
        """
}
