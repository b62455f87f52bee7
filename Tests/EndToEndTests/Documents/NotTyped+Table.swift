extension NotTyped {
    static let all =
        mentions + otherTexts + elsewhere + operators + doctor + scale + swarm + routing + [
            NotTyped(
                "ip link set PF vf N trust on spoofchk off", on: "docs/troubleshooting.md",
                because: "no machine of lab/ has an SR-IOV NIC")
        ]

    /// The text speaks of a command, without what it needs to run.
    private static let mentions = [
        "docker network create", "docker network create --gateway", "docker network rm", "docker network ls",
        "docker network inspect", "docker network connect",
        "docker run", "docker run --mac-address", "docker start", "docker restart", "docker volume ls",
        "bridge vlan del", "ip address", "ip link property add", "ip route", "systemctl reload", "systemctl restart",
        "systemd-analyze security", "swiftvlan daemon", "swiftvlan refuse", "swiftvlan status", "swiftvlan inspect",
        "swiftvlan inspect lan", "swiftvlan inspect lab", "swiftvlan topology", "swiftvlan reconcile", "swiftvlan gc",
        "swiftvlan migrate",
        "swiftvlan events", "journalctl -u swiftvlan -o verbose",
    ].map { NotTyped($0, because: "a mention") }

    private static let operators = [
        "swiftvlan events", "swiftvlan events --since 10m", "swiftvlan gc", "swiftvlan gc --dry-run",
        "swiftvlan gc --all", "swiftvlan reconcile",
        "journalctl SWIFTVLAN_NETWORK=$(docker network inspect -f '{{.Id}}' lan)",
        "docker network inspect -f '{{.Id}}' lan",
        "journalctl SWIFTVLAN_PARENT=eth0.50 -p warning",
    ].map { NotTyped($0, because: "OperatorCommandTests runs it") }

    private static let doctor =
        [
            NotTyped("ip -s link show PARENT", because: "names any parent"),
            NotTyped("tcpdump -e -n -i eth0 vlan", because: "runs until it is stopped"),
        ]
        + ["swiftvlan doctor", "sudo swiftvlan doctor", "swiftvlan doctor lan"].map {
            NotTyped($0, because: "DoctorCommandTests runs it, with many faults")
        }
        + [
            "swiftvlan reconcile", "swiftvlan gc", "swiftvlan migrate", "systemctl enable", "systemctl start swiftvlan",
            "systemctl status swiftvlan", "systemctl restart swiftvlan.socket",
            "systemctl enable --now swiftvlan.socket swiftvlan.service", "docker restart", "journalctl -u swiftvlan",
        ].map { NotTyped($0, on: "docs/doctor.md", because: "a mention of what a finding says") }

    private static let scale = [
        "sudo lab/fabric-scale", "sudo lab/fabric-scale pools", "sudo lab/fabric-scale unfiltered 200",
        "sudo lab/fabric-scale kernel", "sudo lab/bench routes",
    ].map { NotTyped($0, on: "docs/scale.md", because: "measures for minutes") }

    private static let routing =
        [
            "ip route 10.30.0.0/16 blackhole", "ip protocol ospf route-map", "ip forward", "ip routing ipv6 interfaces",
        ].map { NotTyped($0, on: "docs/routing.md", because: "a line of a router's configuration") }
        + [
            "docker exec web ping -c 1 10.30.2.2", "docker exec web ping -c 1 fd30:0:2::2",
            "docker exec web traceroute -n 10.30.2.2", "docker rm -f db", "ip route show vrf red",
        ].map { NotTyped($0, on: "docs/routing.md", because: "the tests in lab/fabric do it with other addresses") }
        + [
            "sudo cp examples/…", "sudo sed -i …", "sudo vtysh …", "sudo birdc …", "sudo systemctl restart …",
            "systemctl restart frr",
            "systemctl reload frr", "systemctl disable --now frr", "echo BIRD_ARGS=-R …",
        ].map { NotTyped($0, on: "docs/routing.md", because: "lab/fabric uses these files, without systemd") }
        + [
            ("sudo lab/fabric shell", "opens a shell"), ("ip route get …", "its output is the reader's"),
            ("sudo examples/gobgp/announce", "no test runs GoBGP"),
            ("sudo apt install …", "no machine of lab/ has an archive of packages"),
        ].map { NotTyped($0, on: "docs/routing.md", because: $1) }

    private static let swarm =
        [
            "docker network create --config-only …", "docker network create -d swiftvlan:latest …",
            "docker network create -d overlay app", "docker service create …", "docker node update --availability …",
            "docker service update -d --force web",
        ].map { NotTyped($0, on: "docs/swarm.md", because: "lab/swarm types it on two nodes") }
        + ["docker plugin disable -f swiftvlan", "docker plugin enable swiftvlan"].map {
            NotTyped($0, on: "docs/swarm.md", because: "lab/swarm runs it")
        }
        + ["docker service ps --no-trunc web", "docker node update --label-add lan=yes"].map {
            NotTyped($0, on: "docs/swarm.md", because: "a mention")
        }

    private static let otherTexts = [
        "swiftvlan cannot serve: …", "bridge \"br0\" filters VLANs …", "swiftvlan endpoint ID", "swiftvlan vlan",
        "swiftvlan shim",
        "swiftvlan isolated ID",
    ].map { NotTyped($0, because: "a message or a link's alias") }

    private static let elsewhere =
        [
            "make deb", "make build", "make test",
        ].map { NotTyped($0, because: ".ci/run runs it") }
        + [
            NotTyped("make run", because: "lab/signals runs lab/demo, which is all that it does"),
            NotTyped("make install", because: "a mention; \"sudo make install\" is typed"),
            NotTyped("docker plugin upgrade …", because: "lab/plugin runs it, with a registry of its own"),
            NotTyped("make plugin", because: "make test-all runs it"),
        ]
        + [
            "make check", "make test-all", "make test-unit", "make test-deb", "make test-plugin", "make test-swarm",
            "make test-fabric", "make fuzz", "make chaos",
            "make bench", "make bench BASELINE=PROGRAM", "make bench-networks",
            "make bench-routes",
        ].map { NotTyped($0, because: "runs tests or measurements; make test-all runs the parts of the first seven") }
}
