import Testing

@Suite("Address conflicts", .serialized, .onMachine)
struct ConflictTests {
    @Test("With conflict=refuse, an address that a LAN host has is refused with its MAC address, in both families")
    func onLAN() async throws {
        try await expectRefused("")
    }

    @Test("With conflict=refuse, an ipvlan container is refused an address that a LAN host has")
    func onIPvlan() async throws {
        try await expectRefused("-o mode=l2")
    }

    @Test("An address of an endpoint on another network of the parent is refused with its MAC address")
    func sibling() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o conflict=refuse")
            // Docker itself refuses two networks with one subnet, except where several engines share a host.
            let network = String(repeating: "a1", count: 32), endpoint = String(repeating: "b2", count: 32)
            try await machine.callPlugin(
                "NetworkDriver.CreateNetwork",
                """
                {"NetworkID": "\(network)", "Options": {"com.docker.network.generic": {"parent": "eth0"}},
                 "IPv4Data": [{"Pool": "192.168.50.0/24", "Gateway": "192.168.50.1/24"}], "IPv6Data": []}
                """)
            try await withCleanUp {
                let mac = "02:00:00:00:50:77"
                try await machine.callPlugin(
                    "NetworkDriver.CreateEndpoint",
                    """
                    {"NetworkID": "\(network)", "EndpointID": "\(endpoint)",
                     "Interface": {"Address": "192.168.50.77/24", "MacAddress": "\(mac)"}, "Options": {}}
                    """)
                let words = try await machine.attempt("docker run --rm --network lan --ip 192.168.50.77 bb:1 true")
                #expect(words.status != 0)
                #expect(words.errors.contains("192.168.50.77") && words.errors.contains(mac), "\(words.errors)")
                try await machine.callPlugin(
                    "NetworkDriver.DeleteEndpoint", #"{"NetworkID": "\#(network)", "EndpointID": "\#(endpoint)"}"#)
            } cleanUp: {
                try await machine.callPlugin("NetworkDriver.DeleteNetwork", #"{"NetworkID": "\#(network)"}"#)
            }
        }
    }

    @Test("An address of the Docker host is refused with the name and the MAC address of its link")
    func onHost() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o conflict=refuse")
            try await machine.run("ip addr add 192.168.50.77/24 dev eth0")
            let words = try await machine.attempt("docker run --rm --network lan --ip 192.168.50.77 bb:1 true")
            #expect(words.status != 0)
            let mac =
                try await machine.run("ip -br link show eth0 | awk '{print $3}'")
                .split(separator: "\n").first ?? ""
            #expect(mac.count == 17, "\(mac)")
            let sentence = "address 192.168.50.77 is the host's own, on link \"eth0\" with MAC address \(mac)"
            #expect(words.errors.contains(sentence), "\(words.errors)")
        }
    }

    /// The bound for `refuse` is ten times its timeout. If `warn` waited for answers, it would take a second longer.
    @Test("With conflict=refuse, an address that nobody has costs the start at most the timeout; warn costs nothing")
    func free() async throws {
        try await Scenario.run { scenario in
            let policies = ["off", "warn", "refuse -o conflict_timeout=200"]
            for (number, policy) in policies.enumerated() {
                try await scenario.createNetwork(
                    "lan\(number)", "--subnet 192.168.5\(number).0/24 -o parent=eth0 -o conflict=\(policy)")
            }
            var times: [[Int]] = [[], [], []]
            // Alternating, so that another load of the machine affects all alike.
            for _ in 0..<10 {
                for number in policies.indices {
                    times[number].append(try await scenario.millisecondsOfStart("--network lan\(number)"))
                }
            }
            let medians = times.map { $0.sorted()[$0.count / 2] }
            for (policy, (median, all)) in zip(policies, zip(medians, times)) {
                print(
                    "With conflict=\(policy), a start took \(median) ms (median), \(all.max() ?? 0) ms (worst): \(all),",
                    "\(median - medians[0]) ms more than with off")
            }
            // The fastest starts, which another load of the machine affects least. If `warn` waited for answers, all of its
            // starts would take a second longer.
            let fastest = times.map { $0.min() ?? 0 }
            #expect(fastest[1] - fastest[0] < 900, "warn: \(times)")
            #expect(fastest[2] - fastest[0] < 2000, "refuse: \(times)")
            // A shorter start would not have waited for answers.
            #expect(fastest[2] >= 200, "refuse: \(times)")
        }
    }

    @Test("By default, a container starts with an address that a LAN host has, and the log and record name that host")
    func warned() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.withOtherHost { mac in
                try await scenario.createNetwork("lan", Scenario.dualLAN)
                let before = try await machine.logLines(with: mac).count
                let web = try await scenario.startContainer(
                    "web", "--network lan --ip \(Self.taken[0]) --ip6 \(Self.taken[1])")
                let start = ContinuousClock.now
                while try await machine.logLines(with: mac).count == before, start.duration(to: .now) < .seconds(60) {
                    try await Task.sleep(for: .milliseconds(50))
                }
                let took = start.duration(to: .now)
                print("The conflict was logged \(took) after the start")
                let lines = try await machine.logLines(with: mac).dropFirst(before)
                #expect(lines.contains { $0.contains(Self.taken[0]) }, "\(lines)")
                #expect(try await web.addresses().contains("\(Self.taken[0])/24"))

                let endpoint = try #require(try await machine.endpointIDs("web").first)
                let record = "\(Records.endpoints)/\(endpoint).json"
                let recorded = try await machine.wait(
                    seconds: 60, until: "grep -qi '\(mac)' \(record) && grep -q '\(Self.taken[1])' \(record)")
                let content = try await machine.run("cat \(record)")
                #expect(recorded, "\(content)")
            }
        }
    }

    @Test("Without CAP_NET_RAW, refuse and announce=on are refused, the defaults work, and the log says so once")
    func unprivileged() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            let before = try await machine.logLines(with: "CAP_NET_RAW").count
            try await machine.takeRawSockets()
            try await withCleanUp {
                for option in ["conflict=refuse", "announce=on"] {
                    let words = try await scenario.refusal("\(Scenario.lan) -o \(option)")
                    #expect(words.contains("\(option): ") && words.contains("CAP_NET_RAW"), "\(words)")
                }
                try await scenario.withOtherHost { _ in
                    try await scenario.createNetwork("lan", Scenario.lan)
                    let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
                    #expect(try await web.reaches("192.168.50.1"))
                    _ = try await scenario.startContainer("db", "--network lan --ip \(Self.taken[0])")
                }
                let lines = try await machine.logLines(with: "CAP_NET_RAW").dropFirst(before)
                let starting = lines.filter { !$0.contains("conflict=refuse:") && !$0.contains("announce=on:") }
                #expect(starting.count == 1, "\(lines)")
            } cleanUp: {
                try await machine.giveRawSockets()
            }
            try await scenario.createNetwork("again", "--subnet 192.168.60.0/24 -o parent=eth0 -o conflict=refuse")
        }
    }

    /// The addresses that another host on the LAN has.
    fileprivate static let taken = ["192.168.50.77", "fd00:50::77"]

    private func expectRefused(_ options: String) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.withOtherHost { mac in
                try await scenario.createNetwork("lan", "\(Scenario.dualLAN) -o conflict=refuse \(options)")
                for (address, option) in zip(Self.taken, ["--ip", "--ip6"]) {
                    let start = ContinuousClock.now
                    let words = try await machine.attempt(
                        "docker run --rm --network lan \(option) \(address) bb:1 true")
                    print("The start with \(address) was refused after \(start.duration(to: .now))")
                    #expect(words.status != 0)
                    #expect(words.errors.contains(address) && words.errors.contains(mac), "\(words.errors)")
                }
                #expect(try await scenario.endpointLinksAreGone())
                #expect(try await machine.records().endpoints.isEmpty)
                let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
                #expect(try await web.reaches("192.168.50.1"))
            }
        }
    }
}

extension Scenario {
    /// Gives the router the addresses that tests call taken, and passes its MAC address to `body`.
    fileprivate func withOtherHost(_ body: (String) async throws -> Void) async throws {
        let addresses = ConflictTests.taken
        try await machine.run(
            "ip -n router addr add \(addresses[0])/24 dev lan; ip -n router addr add \(addresses[1])/64 dev lan nodad")
        try await withCleanUp {
            try await body(try await onRouter("cat /sys/class/net/lan/address"))
        } cleanUp: {
            try await machine.run(
                "ip -n router addr del \(addresses[0])/24 dev lan; ip -n router addr del \(addresses[1])/64 dev lan")
        }
    }

    /// Starts and removes a container, and returns the milliseconds that the start took.
    fileprivate func millisecondsOfStart(_ arguments: String) async throws -> Int {
        let text = try await machine.run(
            """
            start=$(date +%s%3N)
            docker run -d --name timed \(arguments) bb:1 sleep 3600 >/dev/null && echo $(($(date +%s%3N) - start))
            docker rm -f timed >/dev/null
            """)
        return try #require(Int(text), "\(text)")
    }
}

extension MachineFixture {
    /// Calls the daemon as an engine does. The body must not contain single quotes. Fails if the answer is an error.
    @discardableResult
    fileprivate func callPlugin(_ method: String, _ body: String) async throws -> String {
        let answer = try await run(
            """
            body='\(body)'
            { printf 'POST /\(method) HTTP/1.1\\r\\nHost: plugin\\r\\nContent-Type: application/json\\r\\n'
              printf 'Content-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' ${#body} "$body"; } |
                timeout 30 nc -U -w 20 /run/docker/plugins/swiftvlan.sock
            """)
        #expect(answer.contains(" 200 ") && !answer.contains(#""Err""#), "\(answer)")
        return answer
    }

    /// Restarts the daemon without CAP_NET_RAW.
    fileprivate func takeRawSockets() async throws {
        try await run(
            """
            if [ -x /run/lab/start-swiftvlan ]; then
                cp -p /run/lab/start-swiftvlan /run/lab/with-raw
                sed -i 's|^exec |exec setpriv --bounding-set=-net_raw --inh-caps=-net_raw |' /run/lab/start-swiftvlan
            else
                mkdir -p /run/systemd/system/swiftvlan.service.d
                printf '%s\\n' '[Service]' CapabilityBoundingSet= CapabilityBoundingSet=CAP_NET_ADMIN \\
                    AmbientCapabilities= AmbientCapabilities=CAP_NET_ADMIN >/run/systemd/system/swiftvlan.service.d/raw.conf
                systemctl daemon-reload
            fi
            """)
        try await restartDaemon()
    }

    /// Restarts the daemon with all its capabilities.
    fileprivate func giveRawSockets() async throws {
        try await run(
            """
            if [ -x /run/lab/start-swiftvlan ]; then
                mv /run/lab/with-raw /run/lab/start-swiftvlan
            else
                rm -r /run/systemd/system/swiftvlan.service.d; systemctl daemon-reload
            fi
            """)
        try await restartDaemon()
    }
}
