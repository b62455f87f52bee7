extension Reading {
    /// Every reading. DocumentCoverageTests fails for a command that is in none of them, and not in `NotTyped.all`.
    static let all = readme + install + migration + options + systemd + troubleshooting

    static func all(on place: Place) -> [Reading] { all.filter { $0.place == place } }

    /// A network on `eth0` and a container on it, as the pages suppose them.
    static let lan = """
        docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0 lan

        """
    static let web = "docker run -d --name web --network lan --ip 192.168.50.20 bb:1 sleep 36000\n"

    /// The LAN of the pages is VLAN 50.
    static let tagged = """
        ip -n router addr flush dev lan
        ip -n router link add lan.50 link lan type vlan id 50
        ip -n router addr add 192.168.50.1/24 dev lan.50
        ip -n router link set lan.50 up

        """

    /// Gives the engine's only image other names, since the machines have no registry. As an image of a server, it has
    /// a command that runs until it is stopped.
    static func images(_ names: String...) -> String {
        """
        docker inspect server >/dev/null 2>&1 || {
            docker create --name files bb:1 true && docker export files |
                docker import -c 'ENV PATH=/bin' -c 'CMD ["sh", "-c", "trap exit TERM; sleep 36000 & wait"]' - server &&
                docker rm files
        } >/dev/null
        for name in \(names.joined(separator: " ")); do docker tag server $name; done

        """
    }

    /// A condition: the container reaches the router.
    static let webReachesRouter = "docker exec web ping -c 1 -W 1 192.168.50.1"
}

extension Reading {
    static let readme = [
        Reading(
            "README.md", "Quick start", on: .host,
            .prepare(images("busybox")),
            .block("Quick start")),
        Reading(
            "README.md", "The same with Compose", on: .machine,
            .prepare(tagged + images("nginx")),
            .save("yaml", under: "The same with Compose", as: "compose.yaml"),
            .prepare("docker compose up -d"),
            .expect("docker compose exec web ping -c 1 -W 1 192.168.50.1"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.200"),
            .cleanUp("docker compose down")),
        Reading(
            "README.md", "Install", on: .package,
            .prepare("mkdir -p .build/deb; cp /root/files/first.deb .build/deb/swiftvlan_1.0_amd64.deb"),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .expect("systemctl is-active swiftvlan.service"),
            .cleanUp("dpkg -P swiftvlan")),
    ]

    static let install = [
        Reading(
            "docs/install.md", "The package", on: .package,
            .prepare("mkdir -p .build/deb; cp /root/files/first.deb .build/deb/swiftvlan_1.0_amd64.deb"),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .prepare(lan),
            .type("sudo apt remove swiftvlan", Typing(answer: "y")),
            .expect("[ -n \"$(ls /var/lib/swiftvlan/networks)\" ] && ! systemctl is-active swiftvlan.service"),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .prepare(web),
            .expect(webReachesRouter),
            .prepare("docker rm -f web; docker network rm lan"),
            .type("sudo apt purge swiftvlan", Typing(answer: "y")),
            .expect("[ ! -e /var/lib/swiftvlan ]")),
        Reading(
            "docs/install.md", "From source", on: .package,
            .prepare("cp -r /root/files/source/. ."),
            .type("sudo make install"),
            .type("sudo systemctl enable --now swiftvlan.service"),
            .prepare(lan + web),
            .expect(webReachesRouter),
            .prepare("docker rm -f web; docker network rm lan"),
            .type("sudo make uninstall"),
            .expect("! command -v swiftvlan && ! systemctl is-active swiftvlan.service"),
            .cleanUp("rm -rf /etc/swiftvlan /var/lib/swiftvlan; userdel swiftvlan")),
        Reading(
            "docs/install.md", "The managed plugin, for Swarm", on: .plugin,
            .prepare(
                """
                mkdir .build; cp -r /root/files/plugin .build/plugin
                docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1
                """),
            .type("docker plugin create swiftvlan .build/plugin"),
            .type("docker plugin enable swiftvlan"),
            .type("docker network create --config-only …"),
            .type("docker network create -d swiftvlan:latest …"),
            .prepare("docker service create --name web --network lan --no-resolve-image bb:1 sleep 36000"),
            .expect("docker exec $(docker ps -q) ping -c 1 -W 1 192.168.50.1"),
            .prepare("docker service rm web"),
            .expect("[ -z \"$(docker ps -aq)\" ] && docker network rm lan"),
            .prepare("docker network rm node-lan; docker plugin disable swiftvlan"),
            .type("docker plugin set swiftvlan SWIFTVLAN_LOG_LEVEL=debug"),
            .prepare("docker plugin enable swiftvlan"),
            .cleanUp("docker swarm leave --force; docker network rm docker_gwbridge; docker plugin rm -f swiftvlan")),
        Reading(
            "docs/install.md", "Settings", on: .fullMachine,
            .type("systemctl reload swiftvlan"),
            .type("swiftvlan daemon --check-config", Typing(prints: ["OK"]))),
    ]

    static let migration = [
        Reading(
            "docs/migrate.md", "the steps, from Docker's macvlan driver", on: .machine,
            .prepare(
                tagged + """
                    docker network create -d macvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0.50 lan
                    \(web)
                    """),
            .type("docker network inspect lan", Typing(prints: [#""Driver": "macvlan""#, "192.168.50.20/24"])),
            .type("docker network disconnect lan web"),
            .type("docker network rm lan"),
            .type("docker network create -d swiftvlan …"),
            .type("docker network connect --ip 192.168.50.20 lan web"),
            .expect("[ \"$(docker network inspect -f '{{.Driver}}' lan)\" = swiftvlan ]"),
            .expect(webReachesRouter),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.20")),
        Reading(
            "docs/migrate.md", "a Compose file", on: .fullMachine,
            .prepare(
                tagged + images("nginx") + """
                    cat >compose.yaml <<END
                    services: {web: {image: nginx, container_name: web, networks: {lan: {ipv4_address: 192.168.50.20}}}}
                    networks:
                      lan:
                        driver: macvlan
                        driver_opts: {parent: eth0.50}
                        ipam: {config: [{subnet: 192.168.50.0/24, gateway: 192.168.50.1}]}
                    END
                    docker compose up -d
                    sed -i 's/driver: macvlan/driver: swiftvlan/' compose.yaml
                    """),
            .type("docker compose down"),
            .type("docker compose up -d"),
            .expect("ip link show dev eth0.50 | grep 'alias swiftvlan'"),
            .expect(webReachesRouter),
            .cleanUp("docker compose down")),
    ]

    static let options = [
        Reading(
            "docs/options.md", "options of one container", on: .fullMachine,
            .prepare(
                lan + "docker run -d --name web --network none bb:1 sleep 36000; docker network disconnect none web"),
            .type(
                "docker run --network name=lan,driver-opt=mtu=1400 …",
                Typing(with: ["…": "bb:1 cat /sys/class/net/eth0/mtu"], prints: ["1400"])),
            .type("docker network connect --driver-opt mtu=1400 lan web"),
            .expect("[ \"$(docker exec web cat /sys/class/net/eth0/mtu)\" = 1400 ]")),
        Reading(
            "docs/options.md", "parent: alternative names", on: .host,
            .prepare("ip link property add dev eth0 altname lan0"),
            .type("ip link show", Typing(prints: ["altname lan0"])),
            .prepare("docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=lan0 lan"),
            .cleanUp("ip link property del dev eth0 altname lan0")),
        Reading(
            "docs/options.md", "parent: a bridge that filters VLANs", on: .fullMachine,
            .prepare(filteringBridge),
            .type("bridge vlan add dev br0 vid 172 self"),
            .type("bridge vlan add dev eth0 vid 172"),
            .prepare(
                """
                ip -n router link add lan.172 link lan type vlan id 172
                ip -n router addr add 172.16.172.1/24 dev lan.172
                ip -n router link set lan.172 up
                docker network create -d swiftvlan --subnet 172.16.172.0/24 --gateway 172.16.172.1 -o parent=br0.172 lan
                docker run -d --name web --network lan bb:1 sleep 36000
                """),
            .expect("docker exec web ping -c 1 -W 1 172.16.172.1"),
            .cleanUp(removal + "ip link del br0")),
        Reading(
            "docs/options.md", "host_routes", on: .fullMachine,
            .prepare("docker network create -d swiftvlan --subnet 10.9.0.0/24 -o parent=eth0 -o mode=l3 lan"),
            .type("ip route show proto swiftvlan", Typing(prints: ["10.9.0.0/24 dev eth0"]))),
    ]

    private static let filteringBridge = """
        ip link add br0 type bridge vlan_filtering 1
        ip link set eth0 master br0
        ip link set br0 up

        """

    /// Removes what holds a link that a clean-up removes.
    private static let removal = "docker rm -f web; docker network rm lan\n"

    static let systemd = [
        Reading(
            "docs/systemd.md", "The service and the engine", on: .fullMachine,
            .type("systemctl stop swiftvlan.socket swiftvlan.service"),
            .expect("! systemctl is-active swiftvlan.service && ! systemctl is-active swiftvlan.socket"),
            .cleanUp("systemctl start swiftvlan.socket swiftvlan.service")),
        Reading(
            "docs/systemd.md", "When the daemon cannot serve", on: .fullMachine,
            .prepare("echo 'sokcet = 1' >>/etc/swiftvlan/swiftvlan.toml"),
            .type("swiftvlan daemon --check-config", Typing(fails: true, prints: ["did you mean socket?"])),
            .type("systemctl restart swiftvlan.service"),
            .type(
                "systemctl show -P StatusText swiftvlan", Typing(prints: ["Cannot serve: ", "did you mean socket?"])),
            .prepare("sed -i '/sokcet/d' /etc/swiftvlan/swiftvlan.toml"),
            .expect("systemctl show -P StatusText swiftvlan | grep -v 'Cannot serve'"),
            .type("systemctl reset-failed swiftvlan"),
            .cleanUp("sed -i '/sokcet/d' /etc/swiftvlan/swiftvlan.toml; systemctl restart swiftvlan.service")),
        Reading(
            "docs/systemd.md", "What the service may do", on: .fullMachine,
            .type("systemd-analyze security swiftvlan.service", Typing(prints: ["Overall exposure level"]))),
        Reading(
            "docs/systemd.md", "Links that others leave alone", on: .fullMachine,
            .prepare(
                """
                docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=eth0.50 lan
                printf '%s\\n' '[Match]' Name=eth0.50 '[Network]' Address=192.168.50.9/24 \
                    >/etc/systemd/network/50-own.network
                """),
            .type("networkctl reload; udevadm trigger --action=change /sys/class/net/eth0.50"),
            .expect("ip addr show dev eth0.50 | grep 192.168.50.9 && [ -z \"$(cat /sys/class/net/eth0.50/ifalias)\" ]"),
            .prepare("docker network rm lan; ip link show dev eth0.50"),
            .cleanUp("rm /etc/systemd/network/50-own.network; networkctl reload; ip link del eth0.50")),
    ]

    static let troubleshooting = [
        Reading(
            "docs/troubleshooting.md", "the log and the wire", on: .machine,
            .type("systemctl status swiftvlan.service", Typing(prints: ["active (running)"])),
            .type("journalctl -u swiftvlan.service -n 50", Typing(prints: ["swiftvlan"])),
            .prepare(
                tagged + "ip -n router addr add 192.168.50.1/24 dev lan\n" + lan + web + """
                    docker network create -d swiftvlan --subnet 192.168.150.0/24 -o parent=eth0.50 tagged
                    docker run -d --name db --network tagged --ip 192.168.150.20 bb:1 sleep 36000
                    """),
            .type("docker network inspect lan", Typing(prints: [#""Gateway": "192.168.50.1""#])),
            .type(
                "tcpdump -eni eth0 host 192.168.50.20",
                Typing(
                    prints: ["192.168.50.20 > 192.168.50.9: ICMP echo request"],
                    during:
                        "ip -n router addr add 192.168.50.9/24 dev lan; docker exec web ping -c 3 192.168.50.9 || true")
            ),
            .type(
                "tcpdump -eni eth0 vlan 50",
                Typing(prints: ["vlan 50, "], during: "docker exec db ping -c 2 -W 1 192.168.150.1 || true")),
            .cleanUp("ip -n router addr flush dev lan")),
        Reading(
            "docs/troubleshooting.md", "a bridge that filters VLANs", on: .fullMachine,
            .prepare(filteringBridge + tagged),
            .type("bridge vlan add dev br0 vid 50 self"),
            .type("bridge vlan add dev PORT vid 50", Typing(with: ["PORT": "eth0"])),
            .prepare(
                "docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=br0.50 lan\n"
                    + web),
            .expect(webReachesRouter),
            .cleanUp(removal + "ip link del br0")),
        Reading(
            "docs/troubleshooting.md", "The network is refused", on: .host,
            .prepare(
                "docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=eth1 lan && exit 1 || true"),
            .type("ip -br link", Typing(prints: ["eth0"]))),
        Reading(
            "docs/troubleshooting.md", "units", on: .fullMachine,
            .type("systemctl restart swiftvlan"),
            .type("systemctl reload swiftvlan"),
            .type(
                "systemctl status swiftvlan.service swiftvlan-refusal.service",
                Typing(fails: true, prints: ["inactive (dead)"])),
            .prepare(
                """
                printf '%s\\n' '#!/bin/sh' 'printf "[Service]\\nPrivateUsers=no\\n" >"$1"' >editor; chmod +x editor
                echo 'export SYSTEMD_EDITOR=/run/reader/editor' >>/run/reader.bash
                """),
            .type("systemctl edit swiftvlan.service", Typing(prints: ["override.conf"], during: "true")),
            .expect("systemctl cat swiftvlan.service | grep PrivateUsers=no"),
            .cleanUp("systemctl revert swiftvlan.service; systemctl restart swiftvlan.service")),
        Reading(
            "docs/troubleshooting.md", "DNS, DHCP and IPv6", on: .host,
            .prepare(lan + "setsid ip netns exec router timeout 60 nc -u -l -p 53 >query 2>/dev/null </dev/null &"),
            .type(
                "docker run --dns 192.168.50.1",
                Typing(rest: " --rm --network lan bb:1 timeout 3 nslookup example.net; [ -s query ]")),
            .prepare("docker network create -d swiftvlan --ipam-driver null -o parent=eth0 dhcp"),
            .type(
                "docker run --mac-address 02:42:c0:a8:32:14",
                Typing(rest: " --rm --network dhcp bb:1 ip link show eth0", prints: ["02:42:c0:a8:32:14"])),
            .prepare(web),
            .type("arping -U", Typing(with: ["arping": "docker exec web arping"], rest: " -c 1 -I eth0 192.168.50.20"))),
        Reading(
            "docs/troubleshooting.md", "the host's addresses on a VLAN link", on: .fullMachine,
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
            .expect("[ -z \"$(ip -6 address show dev eth0.50 scope global; ip -6 route show dev eth0.50 proto ra)\" ]")),
        Reading(
            "docs/troubleshooting.md", "a VLAN link that the host uses", on: .fullMachine,
            .prepare(
                """
                docker network create -d swiftvlan --subnet 192.168.50.0/24 --aux-address host=192.168.50.9 -o parent=eth0.50 lan
                ip addr add 192.168.50.9/24 dev eth0.50
                docker network rm lan
                """),
            .type("ip link delete eth0.50")),
    ]
}
