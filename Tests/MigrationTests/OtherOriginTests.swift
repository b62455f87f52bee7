import DockerAPI
import Migration
import Testing

@Suite("Networks of plugins, swarms and Compose projects")
struct OtherOriginTests {
    private func stage(_ inventory: DockerInventory, to target: String? = nil) throws -> Stage {
        try #require(try MigrationPlan(of: [], in: inventory, to: target).stages.first)
    }

    @Test("From the managed plugin to the package, the plugin stops once its networks are gone")
    func fromPlugin() throws {
        let network = try Inspected.network(
            "lan", driver: "swiftvlan:latest", options: ["parent": "eth0", "mtu": "1400"])
        let stage = try stage(DockerInventory(networks: [network]), to: "swiftvlan")
        let settings = "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o mtu=1400 -o parent=eth0 lan"
        #expect(
            stage.commands() == [
                "docker network rm lan", "docker plugin disable swiftvlan:latest || :",
                "systemctl enable --now swiftvlan.socket swiftvlan.service",
                "docker network create -d swiftvlan \(settings)",
            ])
        #expect(
            stage.commands(\.back) == [
                "docker network rm lan || :",
                "systemctl disable --now swiftvlan.socket swiftvlan.service || :",
                "docker plugin enable swiftvlan:latest", "docker network create -d swiftvlan:latest \(settings)",
            ])
    }

    @Test("From the managed plugin, one network alone is refused with the names of the others")
    func oneOfPlugin() throws {
        let inventory = DockerInventory(
            networks: try ["a", "b", "c"].map { try Inspected.network($0, driver: "swiftvlan:latest") })
        let error = try #require(throws: MigrationRefusal.self) {
            try MigrationPlan(of: ["b"], in: inventory, to: "swiftvlan")
        }
        #expect(error.description.hasSuffix("name a, c too"))
    }

    @Test("The bridge of a docker-net-dhcp network becomes the parent, and options without a counterpart are named")
    func dhcpPlugin() throws {
        let network = try Inspected.network(
            "dhcp", driver: "ghcr.io/devplayer0/docker-net-dhcp:release-linux-amd64",
            options: ["bridge": "br0", "lease_timeout": "60s"], #""IPAM": {"Driver": "null", "Config": []}"#)
        let place = #", "MacAddress": "02:00:00:00:00:01", "IPAddress": "192.168.50.77""#
        let container = try Inspected.container("web", in: ["dhcp": place])
        let stage = try stage(DockerInventory(networks: [network], containers: [container]))
        #expect(
            stage.commands().suffix(2) == [
                "docker network create -d swiftvlan --ipam-driver null -o parent=br0 dhcp",
                "docker network connect --driver-opt mac=02:00:00:00:00:01 dhcp web",
            ])
        #expect(stage.notes.contains { $0.hasPrefix("The bridge br0 becomes the parent") })
        #expect(stage.notes.contains { $0.contains("lease_timeout=60s") && $0.contains("no counterpart") })
        #expect(stage.notes.contains { $0.contains("no DHCP client") })
    }

    @Test("The services of a Swarm network leave before it is replaced, and join the new one")
    func swarm() throws {
        var network = try Inspected.network(
            "lan", driver: "macvlan", options: [:], #""Scope": "swarm", "Attachable": true, "IPAM": {"Config": null}"#)
        network.configFrom = "node"
        let inventory = DockerInventory(
            networks: [network],
            containers: [
                try Inspected.container(
                    "web.1", in: ["lan": ""], labels: ["com.docker.swarm.service.name": "web"])
            ],
            services: [
                try Inspected.service("web", "lan"), try Inspected.service("db", "lan", #", "Aliases": ["store"]"#),
                try Inspected.service("other", "wan"),
            ])
        #expect(
            try stage(inventory).commands() == [
                "docker service update --network-rm lan db", "docker service update --network-rm lan web",
                "docker network rm lan",
                "docker network create -d swiftvlan:latest --scope swarm --attachable --config-from node lan",
                "docker service update --network-add name=lan,alias=store db",
                "docker service update --network-add lan web",
            ])
        #expect(try stage(inventory).notes.contains { $0.contains("every node needs the plugin swiftvlan:latest") })
    }

    @Test("For ipvlan, the settings of each node of a swarm get a mode")
    func swarmConfiguration() throws {
        let settings = try Inspected.network("node", driver: "null", #""ConfigOnly": true, \#(Inspected.addressing())"#)
        var network = try Inspected.network("lan", driver: "ipvlan", options: [:], #""Scope": "swarm""#)
        network.configFrom = "node"
        let stage = try stage(DockerInventory(networks: [network, settings]))
        #expect(
            stage.commands().contains { $0.hasPrefix("docker network create --config-only") && $0.contains("mode=l2") })
        #expect(stage.commands(\.back).contains { $0.contains("--config-only") && !$0.contains("mode=l2") })
        #expect(stage.move.contains(.comment("    docker network rm node")))
    }

    @Test("Compose creates its own networks again, and other containers in them leave and return")
    func compose() throws {
        let network = try Inspected.network(
            "app_lan", driver: "macvlan",
            #""Labels": {"com.docker.compose.project": "app", "com.docker.compose.network": "lan"}"#)
        let labels = [
            "com.docker.compose.project": "app", "com.docker.compose.project.working_dir": "/srv/my app",
            "com.docker.compose.project.config_files": "/srv/my app/compose.yaml,/etc/common.yaml",
        ]
        let inventory = DockerInventory(
            networks: [network],
            containers: [
                try Inspected.container("app-web-1", in: ["app_lan": ""], labels: labels),
                try Inspected.container("guest", in: ["app_lan": #", "IPAddress": "192.168.50.9""#]),
            ])
        let compose = "docker compose -p app -f compose.yaml -f /etc/common.yaml"
        #expect(
            try stage(inventory).commands() == [
                "cd /srv/my app", "swiftvlan migrate --compose compose.yaml >compose.yaml.patch",
                "swiftvlan migrate --compose /etc/common.yaml >/etc/common.yaml.patch",
                "cp -p compose.yaml compose.yaml.before-swiftvlan", "patch compose.yaml <compose.yaml.patch",
                "cp -p /etc/common.yaml /etc/common.yaml.before-swiftvlan",
                "patch /etc/common.yaml </etc/common.yaml.patch", "docker network disconnect app_lan guest",
                "\(compose) down", "\(compose) up -d",
                "docker network connect --ip 192.168.50.9 app_lan guest",
            ])
        #expect(
            try stage(inventory).commands(\.back).contains(
                "[ ! -e compose.yaml.before-swiftvlan ] || mv compose.yaml.before-swiftvlan compose.yaml"))
    }

    @Test(
        "Labels that Compose does not write, or that differ, name no folder: only instructions are printed",
        arguments: [
            ["working_dir": "/srv/app"], ["working_dir": "srv", "config_files": "compose.yaml"],
            ["working_dir": "/tmp/x", "config_files": "/tmp/x/compose.yaml"],
        ])
    func composeLabels(labels: [String: String]) throws {
        let network = try Inspected.network(
            "app_lan", driver: "macvlan", #""Labels": {"com.docker.compose.project": "app"}"#)
        func container(_ name: String, _ labels: [String: String]) throws -> DockerContainerDetails {
            let named = labels.map { ("com.docker.compose.project.\($0.key)", $0.value) }
            return try Inspected.container(
                name, in: ["app_lan": ""],
                labels: ["com.docker.compose.project": "app"].merging(named) { $1 })
        }
        let usual = ["working_dir": "/srv/app", "config_files": "/srv/app/compose.yaml"]
        let inventory = DockerInventory(
            networks: [network], containers: [try container("a", usual), try container("b", labels)])
        #expect(try stage(inventory).commands() == [])
    }

    @Test("A Compose file whose name looks like an option is no option of cp and patch")
    func composeOption() throws {
        let network = try Inspected.network(
            "app_lan", driver: "macvlan", #""Labels": {"com.docker.compose.project": "app"}"#)
        let labels = [
            "com.docker.compose.project": "app", "com.docker.compose.project.working_dir": "/srv",
            "com.docker.compose.project.config_files": "/srv/--output=x",
        ]
        let container = try Inspected.container("web", in: ["app_lan": ""], labels: labels)
        let commands = try stage(DockerInventory(networks: [network], containers: [container])).commands()
        #expect(commands.contains("patch ./--output=x <./--output=x.patch"), "\(commands)")
    }

    @Test("A network whose name looks like an option is no option of docker")
    func optionName() throws {
        let network = try Inspected.network("-f", driver: "macvlan")
        let container = try Inspected.container("web", in: ["-f": ""])
        let commands = try stage(DockerInventory(networks: [network], containers: [container])).commands()
        #expect(commands.contains("docker network disconnect -- -f web"), "\(commands)")
    }

    @Test("Of a Compose project without containers, only instructions are printed, because its folder is unknown")
    func composeWithoutContainers() throws {
        let network = try Inspected.network(
            "app_lan", driver: "macvlan", #""Labels": {"com.docker.compose.project": "app"}"#)
        #expect(try stage(DockerInventory(networks: [network])).commands() == [])
    }
}
