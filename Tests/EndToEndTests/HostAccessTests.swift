import Testing

/// Host access on macvlan networks.
@Suite("Host access", .serialized, .onMachine)
struct HostAccessTests {
    /// Where containers reach the host.
    enum Form: String, CaseIterable, Sendable {
        case atItsOwnAddress, atReservedAddresses

        var options: String {
            switch self {
            case .atItsOwnAddress: ""
            case .atReservedAddresses: "--aux-address host=192.168.50.99 --aux-address host6=fd00:50::99"
            }
        }

        var addresses: [String] {
            switch self {
            case .atItsOwnAddress: Scenario.hostAddresses
            case .atReservedAddresses: ["192.168.50.99", "fd00:50::99"]
            }
        }
    }

    @Test(
        "The host and macvlan containers reach each other, also after restarts and kills of the daemon",
        arguments: Form.allCases)
    func restarts(form: Form) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.addHostAddresses()
            try await scenario.createNetwork("lan", "\(Scenario.dualLAN) \(form.options) -o host_access=on")
            let web = try await scenario.startContainer("web", "--network lan")
            try await web.expectHostAccess(at: form.addresses, "at first")
            #expect(try await scenario.routerReaches("192.168.50.9"))
            #expect(try await scenario.routerReaches(try await web.address(.ipv6)))
            #expect(try await web.reaches("192.168.50.1"))

            try await machine.restartDaemon()
            try await web.expectHostAccess(at: form.addresses, "after a restart")
            try await machine.restartDaemon(.killed)
            try await web.expectHostAccess(at: form.addresses, "after a kill")
            try await machine.run("docker restart -t 0 web")
            let again = try await scenario.container("web")
            try await again.expectHostAccess(at: form.addresses, "after the container's restart")

            let address = try await again.address(.ipv4)
            let db = try await scenario.startContainer("db", "--network lan")
            try await machine.run("docker rm -f web")
            let left = try await machine.run("ip route show proto 118; ip neigh show dev sh-eth0")
            #expect(!left.contains("\(address) "), "\(left)")
            try await db.expectHostAccess(at: form.addresses, "after another container's removal")
            try await machine.run("docker rm -f db && docker network rm lan")
            try await scenario.expectNoHostAccess()
        }
    }

    @Test("Two networks share one shim, which is removed with the last of them")
    func shared() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.addHostAddresses()
            try await scenario.createNetwork("first", "\(Scenario.dualLAN) -o host_access=on")
            try await scenario.createNetwork(
                "second", "--subnet 192.168.60.0/24 --aux-address host=192.168.60.9 -o parent=eth0 -o host_access=on")
            try await scenario.createNetwork("third", "--subnet 192.168.70.0/24 -o parent=eth0")
            let web = try await scenario.startContainer("web", "--network first")
            let db = try await scenario.startContainer("db", "--network second")
            let closed = try await scenario.startContainer("closed", "--network third --ip 192.168.70.20")
            try await web.expectHostAccess(at: Scenario.hostAddresses, "on the first network")
            try await db.expectHostAccess(at: ["192.168.60.9"], "on the second network")
            #expect(try await machine.run("ip -o link show type macvlan | grep -c ' sh'") == "1")
            #expect(try await !machine.pings("192.168.70.20", with: "", tries: 2), "a network without host access")
            #expect(try await closed.isCutOff(from: "192.168.50.9"))

            try await machine.run("docker rm -f web && docker network rm first")
            try await db.expectHostAccess(at: ["192.168.60.9"], "after the first network's removal")
            try await machine.run("docker rm -f db && docker network rm second")
            try await scenario.expectNoHostAccess()
        }
    }

    @Test("Host access is back after the parent was deleted and created again, once the container restarts")
    func lostParent() async throws {
        try await SwitchedNIC.run(.single) { scenario in
            let machine = scenario.machine
            let addresses = "ip addr add 192.168.90.9/24 dev eth9; ip addr add fd00:90::9/64 dev eth9 nodad"
            try await machine.run(addresses)
            try await scenario.createNetwork("second", "\(SwitchedNIC.network) -o parent=eth9 -o host_access=on")
            let web = try await scenario.startContainer("web", "--network second --ip 192.168.90.20")
            try await web.expectHostAccess(at: ["192.168.90.9", "fd00:90::9"], "at first")
            try await machine.run("ip link del eth9")
            try await scenario.expectNoHostAccess()
            let took = try await machine.milliseconds(
                after: """
                    ip link add eth9 type veth peer name lan9 netns router
                    ip -n router link set lan9 master switch9; ip -n router link set lan9 up
                    \(addresses); ip link set eth9 up
                    """,
                until: "ip -o link show sh-eth9 >/dev/null 2>&1")
            print("The shim was back \(took) ms after its parent")
            #expect(took <= 10_000)
            try await machine.run("docker restart -t 0 web")
            let again = try await scenario.container("web")
            try await again.expectHostAccess(at: ["192.168.90.9", "fd00:90::9"], "after the parent's return")
        }
    }

    @Test("The source of the host's packets follows its address when that changes, and waits while it has none")
    func changedAddress() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.addHostAddresses()
            try await scenario.createNetwork("lan", "\(Scenario.dualLAN) -o host_access=on")
            let web = try await scenario.startContainer("web", "--network lan")
            try await web.expectHostAccess(at: Scenario.hostAddresses, "at first")

            // As a DHCP client does when its lease ends and the server offers another address.
            let loss = try await machine.milliseconds(
                after: "ip addr del 192.168.50.9/24 dev eth0; ip addr del fd00:50::9/64 dev eth0",
                until: """
                    ! { ip -o addr show dev sh-eth0; ip route show proto 118; } | grep -q -e '50[.]9[/ ]' -e '50::9/'
                    """)
            let change = try await machine.milliseconds(
                after: "ip addr add 192.168.50.10/24 dev eth0; ip addr add fd00:50::10/64 dev eth0 nodad",
                until: "ip route show proto 118 | grep -q 'src 192.168.50.10' && "
                    + "ip -6 route show proto 118 | grep -q 'src fd00:50::10'")
            print("The host's address was gone after \(loss) ms, the next one was used after \(change) ms")
            #expect(loss <= 10_000 && change <= 10_000)
            try await web.expectHostAccess(at: ["192.168.50.10", "fd00:50::10"], "after the change")
            #expect(try await web.isCutOff(from: "192.168.50.9"))
        }
    }

    @Test("Host access works with strict and loose reverse path filters, and with arp_ignore 0 and 1")
    func kernelSettings() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            let folder = "/proc/sys/net/ipv4/conf/all"
            let before = try await machine.run("cat \(folder)/rp_filter \(folder)/arp_ignore")
                .split(separator: "\n").map(String.init)
            func set(_ filter: String, _ ignore: String) async throws {
                try await machine.run("echo \(filter) >\(folder)/rp_filter; echo \(ignore) >\(folder)/arp_ignore")
            }
            try await withCleanUp {
                try await scenario.addHostAddresses()
                try await scenario.createNetwork("lan", "\(Scenario.dualLAN) -o host_access=on")
                let web = try await scenario.startContainer("web", "--network lan")
                for (filter, ignore) in [("1", "0"), ("1", "1"), ("2", "0"), ("2", "1")] {
                    try await set(filter, ignore)
                    // Otherwise the container would not ask.
                    try await web.inside("ip neigh flush dev eth0")
                    let settings = "rp_filter \(filter), arp_ignore \(ignore)"
                    for address in Scenario.hostAddresses {
                        #expect(try await web.reaches(address), "\(address) with \(settings)")
                    }
                    for address in [try await web.address(.ipv4), try await web.address(.ipv6)] {
                        let reached = try await machine.pings(address, with: "", tries: 30)
                        #expect(reached, "\(address) with \(settings)")
                    }
                }
            } cleanUp: {
                try await set(before[0], before[1])
            }
        }
    }

    @Test("Host access is refused with the reason where the kernel or the network does not allow it")
    func refusals() async throws {
        try await Scenario.run { scenario in
            try await scenario.addHostAddresses()
            for (arguments, sentence) in Self.refused {
                let refusal = try await scenario.refusal("\(arguments) -o host_access=on")
                #expect(refusal.contains(sentence), "\(arguments): \(refusal)")
                #expect(refusal.split(separator: "\n").count == 1, "\(arguments)")
            }
            // A family that the host cannot serve is refused only if it is the only one.
            try await scenario.machine.run("ip addr del 192.168.50.9/24 dev eth0")
            let alone = try await scenario.refusal("\(Scenario.lan) -o host_access=on")
            #expect(
                alone.contains(
                    """
                    host_access=on: the host has no IPv4 address on "eth0"; reserve an unused address of the subnet for \
                    it with --aux-address host=ADDRESS
                    """), "\(alone)")
            try await scenario.createNetwork("lan", "\(Scenario.dualLAN) -o host_access=on")
            let id = try await scenario.machine.networkID("lan").prefix(12)
            let lines = try await scenario.machine.logLines(
                with: "the host cannot reach IPv4 addresses of network \(id) for now")
            #expect(lines.count == 1 && lines[0].contains("--aux-address host=ADDRESS"), "\(lines)")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.reaches("fd00:50::9"))
        }
    }

    private static let refused = [
        (
            "\(Scenario.lan) -o mode=private",
            """
            host_access=on: macvlan private links exchange no packets with other links on their parent; leave it out or \
            choose mode=bridge
            """
        ),
        (
            "\(Scenario.lan) -o mode=vepa",
            """
            host_access=on: macvlan vepa links exchange no packets with other links on their parent; leave it out or \
            choose mode=bridge
            """
        ),
        (
            "\(Scenario.lan) -o mode=passthru",
            """
            host_access=on: a macvlan passthru link has its parent for itself, so the host can have none beside it; \
            leave it out or choose mode=bridge
            """
        ),
        (
            "\(Scenario.lan) -o mode=l2 -o ipvlan_flag=private",
            """
            host_access=on: with ipvlan_flag=private, links exchange no packets with other links on their parent; leave \
            one of them out
            """
        ),
        (
            "\(Scenario.lan) --internal",
            "host_access=on: an --internal network has no way to the host; leave one of them out"
        ),
        (
            "--subnet 192.168.50.0/24",
            "host_access=on: a network without a parent is connected to nothing; leave it out or name a parent"
        ),
        (
            "--subnet 10.31.0.0/24 -o parent=eth0 -o mode=l3 -o host_routes=off",
            """
            host_access=on: at layer 3, the host reaches containers by its host routes, which host_routes=off \
            turns off; leave one of them out
            """
        ),
        (
            "\(Scenario.lan) -o mode=l2",
            """
            host_access=on: the host needs an IPv4 address of its own beside ipvlan l2 links; reserve an unused address \
            of the subnet for it with --aux-address host=ADDRESS
            """
        ),
        (
            "\(Scenario.lan) -o mode=l2 --aux-address host=192.168.50.9",
            """
            --aux-address host=192.168.50.9: it is the host's own on "eth0", and the host would lose its LAN if an \
            ipvlan link beside the containers had it too; reserve one that nobody has
            """
        ),
    ]
}
