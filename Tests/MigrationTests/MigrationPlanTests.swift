import DockerAPI
import Testing

@testable import Migration

@Suite("Migration plan")
struct MigrationPlanTests {
    private func stage(
        _ networks: DockerNetwork..., containers: [DockerContainerDetails] = [], engine: String = "26.1.5"
    )
        throws -> Stage
    {
        let inventory = DockerInventory(networks: networks, containers: containers, engine: engine)
        let plan = try MigrationPlan(of: [], in: inventory)
        return try #require(plan.stages.first)
    }

    @Test("Containers that engine 20.10 describes leave, the network is replaced, and they return with their addresses")
    func engine20() throws {
        let inventory = DockerInventory(
            networks: try Inspected.networks(file: "20.10-network.json"),
            containers: try Inspected.containers(file: "20.10-containers.json"), engine: "20.10.24+dfsg1")
        let stage = try #require(try MigrationPlan(of: ["lan"], in: inventory).stages.first)
        let create =
            "--subnet 192.168.50.0/24 --gateway 192.168.50.1 --aux-address nas=192.168.50.9 -o parent=eth0 --label a=it's lan"
        let leave = ["off", "web", "db", "mac", "off2"].map { "docker network disconnect lan \($0)" }
        #expect(
            stage.commands()
                == leave + [
                    "docker network rm lan", "docker network create -d swiftvlan \(create)",
                    "docker network connect --ip 192.168.50.30 lan off",
                    "docker network connect --ip 192.168.50.20 --alias www --driver-opt mac=02:42:c0:a8:32:14 lan web",
                    "docker network connect --ip 192.168.50.2 --driver-opt mac=02:42:c0:a8:32:02 lan db",
                    "docker network connect --ip 192.168.50.3 --driver-opt mac=02:42:c0:a8:32:77 lan mac",
                    "docker network connect lan off2",
                ])
        #expect(
            stage.commands(\.back)
                == leave.map { $0 + " || :" } + [
                    "docker network rm lan || :", "docker network create -d macvlan \(create)",
                    "docker network connect --ip 192.168.50.30 lan off",
                    "docker network connect --ip 192.168.50.20 --alias www lan web",
                    "docker network connect --ip 192.168.50.2 lan db",
                    "docker network connect --ip 192.168.50.3 lan mac",
                    "docker network connect lan off2",
                ])
        #expect(stage.notes.contains { $0.contains("of db, mac; they become fixed") })
        #expect(stage.notes.contains { $0.contains("without a fixed address: off2") })
    }

    @Test(
        "Containers that engines 26.1 and 28.5 describe return with the MAC addresses that they have or asked for",
        arguments: [
            ("26.1", "02:42:c0:a8:32:14", "02:42:c0:a8:32:02"), ("28.5", "26:c9:9a:12:92:f7", "c6:36:fd:42:7a:aa"),
        ])
    func laterEngines(version: String, web: String, db: String) throws {
        let inventory = DockerInventory(
            networks: try Inspected.networks(file: "\(version)-network.json"),
            containers: try Inspected.containers(file: "\(version)-containers.json"), engine: version)
        let stage = try #require(try MigrationPlan(of: ["lan"], in: inventory).stages.first)
        #expect(
            stage.commands().suffix(6) == [
                "docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 "
                    + "--aux-address nas=192.168.50.9 -o parent=eth0 --label a=it's lan",
                "docker network connect --ip 192.168.50.30 --driver-opt mac=02:42:c0:a8:32:78 lan off",
                "docker network connect --ip 192.168.50.20 --alias www --driver-opt mac=\(web) lan web",
                "docker network connect --ip 192.168.50.2 --driver-opt mac=\(db) lan db",
                "docker network connect --ip 192.168.50.3 --driver-opt mac=02:42:c0:a8:32:77 lan mac",
                "docker network connect lan off2",
            ])
        #expect(stage.notes.contains { $0.hasPrefix("CREATE AGAIN after the move: off2.") })
    }

    @Test("Every setting of a network is in the command that creates it")
    func everySetting() throws {
        let network = try Inspected.network(
            "lan", driver: "macvlan", options: ["parent": "eth0.50", "macvlan_mode": "private"],
            """
            "EnableIPv6": true, "Internal": true, "Attachable": true, "Labels": {"b": "2", "a": "1 $x"},
            "IPAM": {"Driver": "other", "Options": {"k": "v"}, "Config": [
                {"Subnet": "192.168.50.0/24", "IPRange": "192.168.50.64/26", "Gateway": "192.168.50.1",
                 "AuxiliaryAddresses": {"z": "192.168.50.66", "host": "192.168.50.65"}},
                {"Subnet": "fd00:50::/64", "Gateway": "fd00:50::1/64"}]}
            """)
        let commands = NetworkCommands(network, from: .macvlan, to: "swiftvlan", engine: 28)
        #expect(
            Shell.line(commands.creation)
                == """
                docker network create -d swiftvlan --internal --attachable --ipv6 --subnet 192.168.50.0/24 \
                --ip-range 192.168.50.64/26 --gateway 192.168.50.1 --aux-address host=192.168.50.65 \
                --aux-address z=192.168.50.66 --subnet fd00:50::/64 --gateway fd00:50::1 --ipam-driver other \
                --ipam-opt k=v -o macvlan_mode=private -o parent=eth0.50 --label a='1 $x' --label b=2 lan
                """.replacing("a='1 $x'", with: "'a=1 $x'"))
    }

    @Test("A network without IPv4, of engine 28, stays without it")
    func withoutIPv4() throws {
        let network = try Inspected.network(
            "six", driver: "macvlan",
            #""EnableIPv4": false, "EnableIPv6": true, "IPAM": {"Config": [{"Subnet": "fd00::/64", "Gateway": "fd00::1"}]}"#
                .replacing(#""EnableIPv4": false, "#, with: ""))
        var without = network
        without.hasIPv4 = false
        let command = NetworkCommands(without, from: .macvlan, to: "swiftvlan", engine: 28).creation
        #expect(command.contains("--ipv4=false"))
        #expect(
            !NetworkCommands(network, from: .macvlan, to: "swiftvlan", engine: 28).creation.contains("--ipv4=false"))
    }

    @Test(
        "An option of Docker's drivers keeps its meaning",
        arguments: [
            ("macvlan", ["parent": "eth0"], ["parent": "eth0"]),
            ("macvlan", ["parent": "", "macvlan_mode": ""], [:]),
            (
                "macvlan", ["macvlan_mode": "passthru", "parent": "eth0"],
                ["macvlan_mode": "passthru", "parent": "eth0"]
            ),
            ("macvlan", ["macvlan_mode": "vepa"], ["macvlan_mode": "vepa"]),
            ("ipvlan", ["parent": "eth0"], ["parent": "eth0", "mode": "l2"]),
            ("ipvlan", ["ipvlan_mode": "", "parent": "eth0"], ["parent": "eth0", "mode": "l2"]),
            ("ipvlan", ["ipvlan_mode": "l3", "parent": "eth0"], ["parent": "eth0", "ipvlan_mode": "l3"]),
            ("ipvlan", ["ipvlan_mode": "l3s"], ["ipvlan_mode": "l3s"]),
            ("ipvlan", ["ipvlan_flag": "vepa", "ipvlan_mode": "l2"], ["ipvlan_flag": "vepa", "ipvlan_mode": "l2"]),
            ("macvlan", ["com.docker.network.enable_ipv6": "true"], ["com.docker.network.enable_ipv6": "true"]),
        ] as [(String, [String: String], [String: String])])
    func options(driver: String, given: [String: String], expected: [String: String]) throws {
        let origin = try #require(Origin(driver: driver, options: given))
        #expect(MovedOptions(given, from: origin).options == expected)
        #expect(MovedOptions(given, from: origin).notes == [])
    }

    @Test("An option that Docker's driver ignores is left out, and a note says so")
    func ignoredOption() {
        let moved = MovedOptions(["parent": "eth0", "mtu": "1400"], from: .macvlan)
        #expect(moved.options == ["parent": "eth0"])
        #expect(
            moved.notes == [
                "The option mtu=1400 is left out: Docker's macvlan driver ignores it, and swiftvlan would not."
            ])
    }

    @Test("Only a macvlan container with a link of its own keeps its MAC address by an option")
    func macAddresses() throws {
        let place = #", "IPAddress": "192.168.50.2", "MacAddress": "02:00:00:00:00:01""#
        for (driver, options, keeps) in [
            ("macvlan", ["parent": "eth0"], true), ("macvlan", ["macvlan_mode": "passthru"], false),
            ("ipvlan", [:], false), ("ipvlan", ["ipvlan_mode": "l3"], false),
        ] {
            let network = try Inspected.network("lan", driver: driver, options: options)
            let stage = try stage(network, containers: [try Inspected.container("web", in: ["lan": place])])
            #expect(stage.commands().contains { $0.contains("mac=02:00:00:00:00:01") } == keeps, "\(driver) \(options)")
            #expect(!stage.commands(\.back).contains { $0.contains("mac=") })
        }
    }

    @Test("A container of engine 28 returns with both addresses, its names and its priority")
    func engine28() throws {
        let place = """
            , "IPAMConfig": {"IPv4Address": "192.168.50.20", "IPv6Address": "fd00::20", "LinkLocalIPs": ["169.254.7.7"]},
            "Links": ["db:database"], "Aliases": ["www"], "MacAddress": "ee:1d:5f:00:00:01", "GwPriority": 7,
            "DriverOpts": {"com.docker.network.endpoint.sysctls": "net.ipv4.conf.IFNAME.forwarding=1", "x": "y"},
            "IPAddress": "192.168.50.20", "GlobalIPv6Address": "fd00::20", "DNSNames": ["web", "www"]
            """
        let stage = try stage(
            try Inspected.network("lan", driver: "macvlan"),
            containers: [try Inspected.container("web", in: ["lan": place])],
            engine: "28.5.2")
        #expect(
            stage.commands().last
                == """
                docker network connect --ip 192.168.50.20 --ip6 fd00::20 --link-local-ip 169.254.7.7 --alias www \
                --link db:database --driver-opt com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.forwarding=1 \
                --driver-opt mac=ee:1d:5f:00:00:01 --gw-priority 7 lan web
                """)
        #expect(stage.commands(\.back).last?.contains("--driver-opt x=y --gw-priority 7 lan web") == true)
    }

    @Test("Networks on one parent move together, and others after them")
    func parents() throws {
        let inventory = DockerInventory(networks: [
            try Inspected.network("a", driver: "macvlan"),
            try Inspected.network("b", driver: "macvlan", options: ["parent": "eth1"]),
            try Inspected.network("c", driver: "macvlan"),
        ])
        let plan = try MigrationPlan(of: [], in: inventory)
        let order = plan.stages.map { $0.commands().filter { $0.contains(" rm ") }.map { String($0.suffix(1)) } }
        #expect(order == [["a", "c"], ["b"]])
        #expect(plan.stages[0].commands().map { $0.split(separator: " ")[2] } == ["rm", "rm", "create", "create"])
    }

    @Test("An endpoint without a container is disconnected by force before the network goes")
    func leftover() throws {
        var network = try Inspected.networks(file: "20.10-network.json")[0]
        network.containers = network.containers.filter { $0.value.name == "db" }
        let commands = try stage(network).commands()
        #expect(commands.prefix(2) == ["docker network disconnect -f lan db || :", "docker network rm lan"])
    }

    @Test("A network without a gateway stays without a default route on engine 29, and gets a note before")
    func withoutGateway() throws {
        let network = try Inspected.network(
            "lan", driver: "macvlan", Inspected.addressing(#"{"Subnet": "192.168.50.0/24"}"#))
        #expect(try stage(network, engine: "29.0.1").commands().last?.contains("-o gateway=none") == true)
        let older = try stage(network, engine: "28.5.2")
        #expect(older.commands().last?.contains("gateway") == false)
        #expect(older.notes.contains { $0.hasPrefix("No --gateway is given") })
    }

    @Test("Settings in another network stay there unless swiftvlan needs others")
    func configuration() throws {
        let settings = try Inspected.network("node", driver: "null", #""ConfigOnly": true, \#(Inspected.addressing())"#)
        let reference = #""IPAM": {"Config": []}"#
        var macvlan = try Inspected.network("lan", driver: "macvlan", reference)
        macvlan.configFrom = "node"
        #expect(
            try stage(macvlan, settings).commands() == [
                "docker network rm lan", "docker network create -d swiftvlan --config-from node lan",
            ])
        var ipvlan = macvlan
        ipvlan.driver = "ipvlan"
        let pool = "--subnet 192.168.50.0/24 --gateway 192.168.50.1"
        #expect(
            try stage(ipvlan, settings).commands() == [
                "docker network rm lan", "docker network rm node",
                "docker network create --config-only \(pool) -o mode=l2 -o parent=eth0 node",
                "docker network create -d swiftvlan --config-from node lan",
            ])
        #expect(
            try stage(ipvlan, settings).commands(\.back) == [
                "docker network rm lan || :", "docker network rm node || :",
                "docker network create --config-only \(pool) -o parent=eth0 node",
                "docker network create -d ipvlan --config-from node lan",
            ])
    }
}
