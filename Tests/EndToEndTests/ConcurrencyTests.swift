import Testing

@Suite("Concurrency", .serialized, .onMachine)
struct ConcurrencyTests {
    @Test("Containers start and stop while networks are created and removed, and nothing fails or is left behind")
    func crowd() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            // An emulated processor is ten times slower, but its kernel has VLANs, which the networks share.
            let isThrowAway = try await machine.isThrowAway()
            let (networks, containers, vlan) = isThrowAway ? (8, 64, "") : (4, 8, ".50")
            if !isThrowAway { try await scenario.layVLAN(50) }
            try await machine.run(
                """
                for n in $(seq \(networks)); do
                    ip -n router addr add 10.60.$n.254/24 dev lan\(vlan)
                    docker network create -d swiftvlan --subnet 10.60.$n.0/24 --gateway 10.60.$n.254 \
                        -o parent=eth0\(vlan) lan$n
                done
                """)
            // Each failed command is reported with its output.
            let failures = try await machine.run(
                """
                folder=$(mktemp -d)
                try() { words=$("$@" 2>&1 >/dev/null) || echo "$* failed: $words" >>$folder/failures; }
                for n in $(seq \(containers)); do
                    try docker run -d --name web$n --network lan$((n % \(networks) + 1)) bb:1 sleep 3600 &
                done
                for n in $(seq \(networks)); do
                    {
                        try docker network create -d swiftvlan --subnet 10.61.$n.0/24 -o parent=eth0\(vlan) other$n
                        try docker network rm other$n
                    } &
                done
                wait
                addresses=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' $(docker ps -q))
                reached=$(ip netns exec router fping -a -r 5 $addresses 2>/dev/null | wc -l)
                [ $reached = \(containers) ] || echo "the router reaches $reached containers" >>$folder/failures
                for n in $(seq \(containers)); do try docker rm -f web$n & done
                for n in $(seq \(isThrowAway ? networks : 0)); do
                    {
                        try docker network create -d swiftvlan --subnet 10.61.$n.0/24 -o parent=eth0\(vlan) other$n
                        try docker network rm other$n
                    } &
                done
                wait
                cat $folder/failures; rm -r $folder
                """)
            #expect(failures.isEmpty, "\(failures)")
            #expect(try await scenario.endpointLinksAreGone())
            #expect(try await machine.records().endpoints.isEmpty)
            if isThrowAway {
                try await machine.run("for n in $(seq 8); do ip -n router addr del 10.60.$n.254/24 dev lan; done")
            }
        }
    }
}
