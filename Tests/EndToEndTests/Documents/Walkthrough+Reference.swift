extension Walkthrough {
    static let architecture = [
        Walkthrough(
            "docs/architecture.md", "Life of a request", on: .fullMachine,
            .type("docker network create -d swiftvlan -o parent=eth0.50 lan"),
            .expect("ip link show dev eth0.50")),
        Walkthrough(
            "docs/api.md", "Try it", on: .fullMachine,
            .type("curl … http://localhost/v1/status", Typing(prints: [#""revision""#])),
            .type("curl … 'http://localhost/v1/events?limit=5'", Typing(prints: [#""next""#])),
            .type("curl … --request POST http://localhost/v1/reconcile", Typing(prints: [#""repairs""#]))),
    ]

    static let routing = [
        Walkthrough(
            "docs/routing.md", "networks whose routes a daemon can announce", on: .fullMachine,
            .prepare(images("busybox")),
            .type("docker network create …apps"),
            .type("docker run -d --name web --network apps …"),
            .type("docker network create …shared"),
            .type("docker run -d --name db --network shared …"),
            .type("ip route show proto 118", Typing(prints: ["10.30.1.0/24 dev eth0", "10.30.7.200 dev eth0"])),
            .type("ip -6 route show proto 118", Typing(prints: ["fd30:0:1::/64 dev eth0", "fd30:0:7::200 dev eth0"])),
            .cleanUp("docker rm -f web db; docker network rm apps shared"))
    ]

    static let options = [
        Walkthrough(
            "docs/options.md", "options of a network and of one container", on: .host,
            .prepare(images("busybox")),
            .type("docker network create … -o mtu=1400 lan"),
            .type("docker run -d --name web --network name=lan,driver-opt=mtu=1300 …"),
            .expect("[ \"$(docker exec web cat /sys/class/net/eth0/mtu)\" = 1300 ]"),
            .prepare("docker network disconnect lan web"),
            .type("docker network connect --driver-opt mtu=1300 lan web"),
            .expect("[ \"$(docker exec web sh -c 'cat /sys/class/net/eth*/mtu')\" = 1300 ]")),
        Walkthrough(
            "docs/options.md", "alternative names", on: .host,
            .prepare("ip link property add dev eth0 altname lan0"),
            .type("ip link show", Typing(prints: ["altname lan0"])),
            .prepare("docker network create -d swiftvlan --subnet 192.168.50.0/24 -o parent=lan0 lan"),
            .cleanUp("ip link property del dev eth0 altname lan0")),
        Walkthrough(
            "docs/options.md", "gateway", on: .host,
            .prepare("ip -n router addr add 198.51.100.1/32 dev lan"),
            .type("docker network create … -o gateway=198.51.100.1 public"),
            .prepare(
                """
                ip -n router route add 203.0.113.8/29 dev lan proto static
                docker run -d --name web --network public bb:1 sleep 36000
                """),
            .expect("docker exec web ping -c 1 -W 1 192.168.50.1"),
            .prepare(
                """
                docker rm -f web; docker network rm public
                docker network create -d swiftvlan --subnet 203.0.113.4/30 --gateway 203.0.113.5 \
                    -o gateway=198.51.100.1 -o parent=eth0 public
                """),
            .type(
                "docker run --ip 203.0.113.6",
                Typing(rest: " --rm --network public bb:1 ip route", prints: ["default via 198.51.100.1"])),
            .cleanUp("ip -n router addr del 198.51.100.1/32 dev lan")),
        Walkthrough(
            "docs/options.md", "Several networks", on: .host,
            .prepare(
                images("busybox") + lan + """
                    docker network create -d swiftvlan --subnet 192.168.60.0/24 -o parent=eth0 storage
                    """),
            .block("Several networks"),
            .expect("docker exec db ip address | grep 192.168.60."),
            .expect("docker exec db ip route | grep 'default via 192.168.50.1'")),
        Walkthrough(
            "docs/options.md", "routes", on: .host,
            .type("docker network create …'routes=…' lan"),
            .prepare(web),
            .expect("docker exec web ip route | grep '10.0.0.0/8 via 192.168.50.254'"),
            .expect("docker exec web ip route | grep 172.16.0.0/12")),
        Walkthrough(
            "docs/options.md", "a VLAN, and one with a name", on: .fullMachine,
            .prepare(tagged),
            .type("docker network create … -o parent=eth0.50 lan"),
            .prepare(web),
            .expect(webReachesRouter),
            .prepare(removal),
            .type("docker network create … -o vlan=50 -o vlan_name=office lan"),
            .expect("ip -d link show dev office | grep 'vlan protocol 802.1Q id 50'")),
        Walkthrough(
            "docs/options.md", "ipvlan", on: .fullMachine,
            .type("docker network create … -o parent=eth0 -o mode=l2 lan"),
            .prepare(web),
            .expect(webReachesRouter)),
        Walkthrough(
            "docs/options.md", "a bridge that filters VLANs", on: .fullMachine,
            .prepare(filteringBridge("vmbr0")),
            .type("bridge vlan add dev vmbr0 vid 172 self"),
            .type("bridge vlan add dev eth0 vid 172"),
            .prepare(
                """
                ip -n router link add lan.172 link lan type vlan id 172
                ip -n router addr add 172.16.172.1/24 dev lan.172
                ip -n router link set lan.172 up
                docker network create -d swiftvlan --subnet 172.16.172.0/24 --gateway 172.16.172.1 \
                    -o parent=vmbr0.172 lan
                docker run -d --name web --network lan bb:1 sleep 36000
                """),
            .expect("docker exec web ping -c 1 -W 1 172.16.172.1"),
            .cleanUp(removal + "ip link del vmbr0")),
        Walkthrough(
            "docs/options.md", "host_routes", on: .fullMachine,
            .block("host_routes"),
            .expect("ip route show proto swiftvlan | grep '10.9.0.0/24 dev eth0'")),
        Walkthrough(
            "docs/options.md", "host_access", on: .fullMachine,
            .prepare("ip addr add 192.168.50.9/24 dev eth0"),
            .type("docker network create … --aux-address host=192.168.50.223 …"),
            .prepare("docker run -d --name web --network lan bb:1 sleep 36000"),
            .expect("ping -c 1 -W 1 192.168.50.192"),
            .expect("docker exec web ping -c 1 -W 1 192.168.50.223"),
            .prepare(removal),
            .expect("! ip link show sh-eth0")),
        Walkthrough(
            "docs/options.md", "host_access in Compose", on: .fullMachine,
            .prepare(images("nginx") + "ip addr add 192.168.50.9/24 dev eth0"),
            .save("aux_addresses:", as: "compose.yaml"),
            .prepare(
                """
                printf '%s\\n' 'services: {web: {image: nginx, networks: {lan: {ipv6_address: "fd00:50::c8"}}}}' >>compose.yaml
                docker compose up -d
                """),
            .expect("ping -c 1 -W 1 192.168.50.192 && ping -c 1 -W 1 fd00:50::c8"),
            .cleanUp("docker compose down")),
        Walkthrough(
            "docs/options.md", "conflict", on: .host,
            .type("docker network create … -o conflict=refuse -o conflict_timeout=300 lan"),
            .prepare("ip -n router addr add 192.168.50.20/32 dev lan"),
            .expect("! docker run --rm --network lan --ip 192.168.50.20 bb:1 true 2>refusal"),
            .expect("grep 192.168.50.20 refusal"),
            .cleanUp("ip -n router addr del 192.168.50.20/32 dev lan")),
    ]

    /// `eth0` is the port of a bridge that filters VLANs.
    static func filteringBridge(_ name: String) -> String {
        """
        ip link add \(name) type bridge vlan_filtering 1
        ip link set eth0 master \(name)
        ip link set \(name) up

        """
    }

    static let observability = [
        Walkthrough(
            "docs/observability.md", "Metrics", on: .fullMachine,
            .type("sudo curl --unix-socket …", Typing(prints: ["swiftvlan_build_info{version=", "process_open_fds"])))
    ]

    static let systemd = [
        Walkthrough(
            "docs/systemd.md", "The service and the engine", on: .fullMachine,
            .type("systemctl stop swiftvlan.socket swiftvlan.service"),
            .expect("! systemctl is-active swiftvlan.service && ! systemctl is-active swiftvlan.socket"),
            .cleanUp("systemctl start swiftvlan.socket swiftvlan.service")),
        Walkthrough(
            "docs/systemd.md", "When the daemon cannot serve", on: .fullMachine,
            .prepare("echo 'sokcet = 1' >>/etc/swiftvlan/swiftvlan.toml"),
            .type("swiftvlan daemon --check-config", Typing(fails: true, prints: ["did you mean socket?"])),
            .type("systemctl restart swiftvlan.service"),
            .expect("systemctl show -P StatusText swiftvlan | grep 'Cannot serve: '"),
            .type("systemctl show -P StatusText swiftvlan", Typing(prints: ["did you mean socket?"])),
            .type("systemctl status swiftvlan", Typing(prints: ["Cannot serve: "])),
            .prepare("sed -i '/sokcet/d' /etc/swiftvlan/swiftvlan.toml"),
            .expect("systemctl show -P StatusText swiftvlan | grep -v 'Cannot serve'"),
            .type("systemctl reset-failed swiftvlan"),
            .cleanUp("sed -i '/sokcet/d' /etc/swiftvlan/swiftvlan.toml; \(anotherStart)")),
        Walkthrough(
            "docs/systemd.md", "What the service may do", on: .fullMachine,
            .type("systemd-analyze security swiftvlan.service", Typing(prints: ["Overall exposure level", ": 1.5 "]))),
        Walkthrough(
            "docs/systemd.md", "the service without CAP_NET_RAW", on: .fullMachine,
            .save("AmbientCapabilities=", as: "lines"),
            .prepare(
                """
                cat >editor <<'END'
                #!/bin/sh
                for file; do :; done
                sed -i '/^### Anything between here/r /run/reader/lines' "$file"
                END
                chmod +x editor
                echo 'export SYSTEMD_EDITOR=/run/reader/editor' >>/run/reader.bash
                """),
            .type("systemctl edit swiftvlan.service", Typing(prints: ["override.conf"], during: "true")),
            .prepare(anotherStart),
            .expect("grep 'CapPrm.*0000000000001000' /proc/$(systemctl show -P MainPID swiftvlan.service)/status"),
            .expect("journalctl -u swiftvlan.service -n 20 | grep 'conflicts are not checked'"),
            .cleanUp("systemctl revert swiftvlan.service; \(anotherStart)")),
        Walkthrough(
            "docs/systemd.md", "How other network services treat swiftvlan's links", on: .fullMachine,
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
}
