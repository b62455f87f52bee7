extension Walkthrough {
    static let troubleshooting = [
        Walkthrough(
            "docs/troubleshooting.md", "the log and the wire", on: .machine,
            .type("sudo swiftvlan status", Typing(prints: ["endpoints", "process "])),
            .type("systemctl status swiftvlan.service", Typing(prints: ["active (running)"])),
            .type("journalctl -u swiftvlan.service -n 50", Typing(prints: ["swiftvlan"])),
            .prepare(
                lan + web + """
                    docker network create -d swiftvlan --subnet 192.168.150.0/24 -o parent=eth0.50 tagged
                    docker run -d --name db --network tagged bb:1 sleep 36000
                    """),
            .type("docker network inspect lan", Typing(prints: [#""Gateway": "192.168.50.1""#])),
            .type(
                "tcpdump -eni eth0 host 192.168.50.20",
                Typing(
                    prints: ["192.168.50.20 > 192.168.50.1: ICMP echo request"],
                    during: "docker exec web ping -c 3 192.168.50.1")),
            .type(
                "tcpdump -eni eth0 vlan 50",
                Typing(prints: ["vlan 50, "], during: "docker exec db ping -c 2 -W 1 192.168.150.1"))),
        Walkthrough(
            "docs/troubleshooting.md", "a bridge that filters VLANs", on: .fullMachine,
            .prepare(filteringBridge("br0") + tagged),
            .type("bridge vlan add dev br0 vid 50 self"),
            .type("bridge vlan add dev PORT vid 50", Typing(with: ["PORT": "eth0"])),
            .prepare(
                """
                docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=br0.50 lan

                """ + web),
            .expect(webReachesRouter),
            .cleanUp(removal + "ip link del br0")),
        Walkthrough(
            "docs/troubleshooting.md", "The network is refused", on: .host,
            .prepare(
                "! docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=eth1 lan 2>refusal"),
            .expect("grep 'there is no link \"eth1\"' refusal"),
            .type("ip -br link", Typing(prints: ["eth0@"]))),
        Walkthrough(
            "docs/troubleshooting.md", "The container does not start", on: .host,
            .prepare(lan + "docker create --name web --network lan bb:1 sleep 36000"),
            .type("docker ps -a --filter status=created --filter status=exited", Typing(prints: ["web"])),
            .type("docker start CONTAINER", Typing(with: ["CONTAINER": "web"])),
            .expect(webReachesRouter),
            .prepare("docker kill web"),
            .type("docker rm web")),
        Walkthrough(
            "docs/troubleshooting.md", "the units", on: .fullMachine,
            .type("modprobe macvlan"),
            .type("systemctl restart swiftvlan"),
            // 3, because one of them does not run.
            .type(
                "systemctl status swiftvlan.service swiftvlan-refusal.service",
                Typing(fails: true, prints: ["active (running)", "inactive (dead)"])),
            .prepare(
                """
                cat >editor <<'END'
                #!/bin/sh
                for file; do :; done
                sed -i -e '/^### Anything between here/a [Service]\\nPrivateUsers=no' "$file"
                END
                chmod +x editor
                echo 'export SYSTEMD_EDITOR=/run/reader/editor' >>/run/reader.bash
                """),
            .type("systemctl edit swiftvlan.service", Typing(prints: ["override.conf"], during: "true")),
            .expect("systemctl cat swiftvlan.service | grep PrivateUsers=no"),
            .cleanUp("systemctl revert swiftvlan.service; \(anotherStart)")),
        Walkthrough(
            "docs/troubleshooting.md", "DNS, DHCP and IPv6", on: .host,
            .prepare(lan + "setsid ip netns exec router timeout 60 nc -u -l 53 >query 2>/dev/null </dev/null &"),
            .type(
                "docker run --dns 192.168.50.1",
                Typing(rest: " --rm --network lan bb:1 timeout 3 nslookup example.net; [ -s query ]")),
            .prepare("docker network create -d swiftvlan --ipam-driver null -o parent=eth0 dhcp"),
            .type(
                "docker run --mac-address 02:42:c0:a8:32:14",
                Typing(rest: " --rm --network dhcp bb:1 ip link show eth0", prints: ["02:42:c0:a8:32:14"])),
            .prepare(web),
            .type(
                "arping -U", Typing(with: ["arping": "docker exec web arping"], rest: " -c 1 -I eth0 192.168.50.20"))),
        Walkthrough(
            "docs/troubleshooting.md", "the host's IPv6 on a VLAN link", on: .fullMachine,
            .prepare(
                """
                docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=eth0.50 lan
                sysctl -w net.ipv6.conf.eth0/50.accept_ra=1
                ip -6 address add 2001:db8::9/64 dev eth0.50 nodad valid_lft 600 preferred_lft 600
                ip -6 route add default via fe80::1 dev eth0.50 proto ra
                """),
            .type("sysctl -w net.ipv6.conf.eth0/50.accept_ra=0"),
            .type("ip -6 address flush dev eth0.50 scope global dynamic"),
            .type("ip -6 route flush dev eth0.50 proto ra"),
            .expect("! ip -6 address show dev eth0.50 scope global | grep ."),
            .expect("! ip -6 route show dev eth0.50 proto ra | grep .")),
        Walkthrough(
            "docs/troubleshooting.md", "a VLAN link that the host uses", on: .fullMachine,
            .prepare(
                """
                docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=eth0.50 lan
                ip addr add 192.168.50.9/24 dev eth0.50
                docker network rm lan
                """),
            .type("ip link delete eth0.50")),
    ]

    static let shimByHand = [
        Walkthrough(
            "docs/troubleshooting.md", "a macvlan shim by hand", on: .fullMachine,
            .prepare(images("busybox") + "ip addr add 192.168.50.9/24 dev eth0"),
            .block("A shim by hand"),
            .expect("docker exec web ping -c 1 -W 1 192.168.50.223"),
            .type("ip address add fd00:50::c:ffff/128 dev swiftvlan-shim"),
            .cleanUp("ip link del swiftvlan-shim")),
        Walkthrough(
            "docs/troubleshooting.md", "an ipvlan shim by hand", on: .fullMachine,
            .prepare(
                """
                ip addr add 192.168.50.9/24 dev eth0
                docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 \
                    --ip-range 192.168.50.192/27 --aux-address shim=192.168.50.223 -o parent=eth0 -o mode=l2 lan
                docker run -d --name web --network lan bb:1 sleep 36000
                """),
            .type("ip link add swiftvlan-shim link eth0 type ipvlan mode l2"),
            .prepare(
                """
                ip address add 192.168.50.223/32 dev swiftvlan-shim
                ip link set swiftvlan-shim up
                ip route add 192.168.50.192/27 dev swiftvlan-shim src 192.168.50.223
                """),
            .expect("ping -c 1 -W 1 192.168.50.192"),
            .prepare(
                removal + """
                    ip link del swiftvlan-shim
                    docker network create -d swiftvlan --subnet 10.9.0.0/24 -o parent=eth0 -o mode=l3 \
                        -o host_routes=off lan
                    docker run -d --name web --network lan --ip 10.9.0.20 bb:1 sleep 36000
                    """),
            .type("ip link add swiftvlan-shim link eth0 type ipvlan mode l3"),
            .prepare("ip link set swiftvlan-shim up"),
            .type(
                "ip route add 10.9.0.0/24 dev swiftvlan-shim src HOST-ADDRESS",
                Typing(with: ["HOST-ADDRESS": "192.168.50.9"])),
            .expect("ping -c 1 -W 1 10.9.0.20"),
            .cleanUp("ip link del swiftvlan-shim")),
        Walkthrough(
            "docs/troubleshooting.md", "a service for the shim", on: .fullMachine,
            .save("BindsTo=", as: "/etc/systemd/system/swiftvlan-shim.service"),
            .type("systemctl enable --now swiftvlan-shim.service"),
            .expect("ip route show dev swiftvlan-shim | grep 192.168.50.192/27"),
            .cleanUp(
                """
                systemctl disable --now swiftvlan-shim.service
                rm -f /etc/systemd/system/swiftvlan-shim.service; systemctl daemon-reload
                """)),
    ]
}
