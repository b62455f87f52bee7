import Testing

@Suite("Moving networks with swiftvlan migrate", .serialized, .onMachine)
struct MigrateTests {
    /// Writes the script, from a program that need not be installed.
    private static let write = #""/proc/$(pgrep -o -x swiftvlan)/exe" migrate >/run/move.sh"#

    @Test("Containers keep their addresses when the script moves an in-tree macvlan network, and when it moves it back")
    func thereAndBack() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run("docker network create -d macvlan \(Self.settings) lan")
            let fixed = try await scenario.startContainer(
                "fixed", "--network lan --ip 192.168.50.20 --network-alias www")
            let chosen = try await scenario.startContainer("chosen", "--network lan")
            try await machine.run("docker create --name stopped --network lan --ip 192.168.50.30 bb:1 sleep 3600")
            let before = try await Self.places(fixed, chosen)

            try await machine.run("\(Self.write) && sh /run/move.sh")
            try await expect("swiftvlan", on: scenario)
            #expect(try await Self.places(fixed, chosen) == before)
            try await expectReachable([fixed, chosen], scenario)
            #expect(try await scenario.startStopped().addresses().contains("192.168.50.30/24"))
            try await machine.run("docker stop -t 0 stopped")

            try await machine.run("sh /run/move.sh back")
            try await expect("macvlan", on: scenario)
            #expect(try await Self.places(fixed, chosen) == before)
            try await expectReachable([fixed, chosen], scenario)
            #expect(try await scenario.startStopped().addresses().contains("192.168.50.30/24"))
            try await machine.run("rm /run/move.sh")
        }
    }

    @Test("If swiftvlan refuses the network, the script stops, says how to go back, and back restores everything")
    func failure() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run("docker network create -d macvlan \(Self.settings) lan")
            let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
            // An option that exists nowhere stands for any reason of a refusal.
            try await machine.run(
                "\(Self.write) && sed -i '/^move()/,/^}/s/-d swiftvlan/-d swiftvlan -o nonsense=1/' /run/move.sh")
            let outcome = try await machine.attempt("sh /run/move.sh")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("To create the old networks again: sh /run/move.sh back"))

            try await machine.run("sh /run/move.sh back")
            try await expect("macvlan", on: scenario)
            try await expectReachable([web], scenario)
            try await machine.run("rm /run/move.sh")
        }
    }

    private static let settings = """
        --subnet 192.168.50.0/24 --gateway 192.168.50.1 --ipv6 --subnet fd00:50::/64 --gateway fd00:50::1 \
        --aux-address nas=192.168.50.9 --label "text=it's here" -o parent=eth0
        """

    /// The MAC address and IP addresses on the container's interface, whose name a connection changes.
    private static func place(_ container: Container) async throws -> Set<String> {
        let text = try await container.inside(
            "sh -c \"ip -o link show | grep -v LOOPBACK | grep -o 'ether [0-9a-f:]*'; ip -o addr show scope global | "
                + "grep -o 'inet6* [0-9a-f:./]*'\"")
        return Set(text.split(separator: "\n").map(String.init))
    }

    private static func places(_ containers: Container...) async throws -> [Set<String>] {
        var places: [Set<String>] = []
        for container in containers { places.append(try await place(container)) }
        return places
    }

    private func expect(_ driver: String, on scenario: Scenario) async throws {
        let format =
            #"'{{.Driver}} {{.Labels.text}} {{.EnableIPv6}} {{(index .IPAM.Config 0).AuxiliaryAddresses.nas}}'"#
        let found = try await scenario.machine.run("docker network inspect -f \(format) lan")
        #expect(found == "\(driver) it's here true 192.168.50.9")
    }

    private func expectReachable(_ containers: [Container], _ scenario: Scenario) async throws {
        for container in containers {
            #expect(try await container.reaches("192.168.50.1"), "\(container.name)")
            #expect(try await container.reaches("fd00:50::1"), "\(container.name)")
        }
        #expect(try await scenario.routerReaches("192.168.50.20"))
    }
}

extension Scenario {
    /// Starts the container `stopped`.
    fileprivate func startStopped() async throws -> Container {
        try await machine.run("docker start stopped")
        return try await container("stopped")
    }
}
