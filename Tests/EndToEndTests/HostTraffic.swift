import Testing

extension MachineFixture {
    /// Sends a megabyte in each direction over TCP, and returns what went wrong, or an empty text if both arrived intact.
    /// The client and the server are command prefixes; an empty one is the host.
    ///
    /// Each direction has its own connection: with both at once, `nc` sometimes ends before it has read everything.
    func exchangeMegabyte(from client: String, to address: String, at server: String) async throws -> String {
        let family = address.contains(":") ? "-6" : "-4"
        let outcome = try await attempt(
            """
            folder=$(mktemp -d -p /run); cd "$folder" || exit 1
            head -c 1000000 /dev/urandom >question; head -c 1000000 /dev/urandom >answer
            # connect SERVER-INPUT SERVER-OUTPUT CLIENT-INPUT CLIENT-OUTPUT OPTION-OF-CLIENT OPTION-OF-SERVER
            connect() {
                timeout 60 \(server) nc \(family) $6 -l 7007 <$1 >$2 & listener=$!
                # The server may not listen yet.
                for try in $(seq 100); do
                    timeout 30 \(client) nc \(family) $5 \(address) 7007 <$3 >$4 && break
                    sleep 0.1
                done
                wait $listener
            }
            connect /dev/null heard.question question /dev/null -N ""
            connect answer /dev/null /dev/null heard.answer "" -N
            cmp question heard.question && cmp answer heard.answer; status=$?
            [ $status = 0 ] || ls -l
            rm -r "$folder"; exit $status
            """)
        return outcome.status == 0 ? "" : outcome.errors + outcome.output
    }
}

extension Container {
    /// The prefix of commands in the container's network namespace.
    var prefix: String { "nsenter -t \(pid) -n" }

    /// Expects that the host and the container reach each other in both families by ping and TCP, started by either side.
    ///
    /// The addresses are those where the container reaches the host.
    func expectHostAccess(at hostAddresses: [String], _ moment: String) async throws {
        let own = try await addresses().compactMap { $0.split(separator: "/").first.map(String.init) }
        #expect(own.count == hostAddresses.count, "\(own), \(moment)")
        for address in own {
            let reached = try await machine.pings(address, with: "", tries: 30)
            #expect(reached, "the host's ping of \(address), \(moment)")
            let complaint = try await machine.exchangeMegabyte(from: "", to: address, at: prefix)
            #expect(complaint == "", "TCP from the host to \(address), \(moment)")
        }
        for address in hostAddresses {
            #expect(try await reaches(address), "\(name)'s ping of \(address), \(moment)")
            let complaint = try await machine.exchangeMegabyte(from: prefix, to: address, at: "")
            #expect(complaint == "", "TCP from \(name) to \(address), \(moment)")
        }
    }
}

extension Scenario {
    /// The options of a network with both families on the LAN.
    static let dualLAN = "\(lan) --ipv6 --subnet fd00:50::/64 --gateway fd00:50::1"

    /// The host's addresses on the LAN in the tests that give it some.
    static let hostAddresses = ["192.168.50.9", "fd00:50::9"]

    /// Gives the host its addresses on the LAN.
    func addHostAddresses() async throws {
        try await machine.run("ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
    }

    /// Waits until no shim and none of swiftvlan's routes is left, and expects that.
    func expectNoHostAccess() async throws {
        let gone = try await machine.wait(
            seconds: 60,
            until: """
                ! { ip -o link show | cut -d: -f2 | grep '^ sh'; ip route show proto 118; ip -6 route show proto 118; } | grep -q .
                """)
        let left = try await machine.run("ip -o link show; ip route; ip -6 route")
        #expect(gone, "\(left)")
    }
}
