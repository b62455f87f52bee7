extension Walkthrough {
    /// Every walkthrough. DocumentCoverageTests fails for a command that is in none of them, and not in `NotTyped.all`.
    static let all =
        readme + install + migration + options + systemd + troubleshooting + shimByHand
        + architecture + observability + routing

    static func all(on place: Place) -> [Walkthrough] { all.filter { $0.place == place } }

    /// A network on `eth0`, as the pages suppose it.
    static let lan = """
        docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0 lan

        """

    /// A container on that network.
    static let web = "docker run -d --name web --network lan --ip 192.168.50.20 bb:1 sleep 36000\n"

    /// Removes both.
    static let removal = "docker rm -f web; docker network rm lan\n"

    /// Moves the pages' LAN into VLAN 50.
    static let tagged = """
        ip -n router addr flush dev lan
        ip -n router link add lan.50 link lan type vlan id 50
        ip -n router addr add 192.168.50.1/24 dev lan.50
        ip -n router link set lan.50 up

        """

    /// Gives the engine's only image other names, since the machines have no registry. As a server's image, it has a
    /// command that runs until it is stopped.
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

    /// Restarts the daemon, which systemd refuses a service that has started five times within 30 seconds.
    static let anotherStart = "systemctl reset-failed swiftvlan.service; systemctl restart swiftvlan.service"

    /// A condition: the container reaches the router.
    static let webReachesRouter = "docker exec web ping -c 1 -W 1 192.168.50.1"
}

extension Walkthrough {
    static let readme = [
        Walkthrough(
            "README.md", "Quick start", on: .host,
            .prepare(images("busybox")),
            .block("Quick start"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.192")),
        Walkthrough(
            "README.md", "Host access", on: .host,
            .prepare(images("busybox") + lan + web + "ip addr add 192.168.50.9/24 dev eth0"),
            .block("Host access"),
            .expect("docker exec web ping -c 1 -W 1 192.168.50.9")),
        Walkthrough(
            "README.md", "What runs where", on: .machine,
            .prepare(images("busybox") + tagged + threeNetworks),
            .type("sudo swiftvlan status"),
            .type("sudo swiftvlan doctor lab", Typing(fails: true)),
            .type("swiftvlan topology", Typing(prints: ["eth0.50", "nas"])),
            .cleanUp("docker rm -f web db nas; docker network rm lan office lab")),
        Walkthrough(
            "README.md", "Docker Compose", on: .machine,
            .prepare(images("nginx")),
            .save("services:", as: "compose.yaml"),
            .prepare("docker compose up -d"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.200"),
            .cleanUp("docker compose down")),
        Walkthrough(
            "README.md", "Install", on: .package,
            .prepare(package),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .expect("systemctl is-active swiftvlan.service"),
            .cleanUp("dpkg -P swiftvlan")),
    ]

    /// The networks that the README shows, and the loss of a parent.
    private static let threeNetworks = """
        ip -n router addr add 192.168.1.1/24 dev lan; ip addr add 192.168.1.9/24 dev eth0
        docker network create -d swiftvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 \
            --ip-range 192.168.50.192/27 -o parent=eth0.50 lan
        docker network create -d swiftvlan --subnet 192.168.1.0/24 --gateway 192.168.1.1 \
            --ip-range 192.168.1.64/27 -o parent=eth0 -o host_access=on office
        for name in web db; do docker run -d --name $name --network lan busybox sleep 36000; done
        docker run -d --name nas --network office busybox sleep 36000
        ip link add eth1 type dummy; ip link set eth1 up
        docker network create -d swiftvlan --subnet 10.9.0.0/24 --gateway 10.9.0.1 -o parent=eth1 -o mode=l3 lab
        ip link delete eth1
        until swiftvlan status | grep "waiting for eth1"; do sleep 1; done

        """

    /// The package where `make deb` leaves it.
    private static let package = "mkdir -p .build/deb; cp /root/files/first.deb .build/deb/swiftvlan_1.0_amd64.deb"

    static let install = [
        Walkthrough(
            "docs/install.md", "The package", on: .package,
            .prepare(package),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .type("systemctl status swiftvlan.service"),
            .prepare("dpkg -i /root/files/second.deb; cp /root/files/first.deb OLD.deb"),
            .type("sudo apt install --allow-downgrades ./OLD.deb", Typing(answer: "y")),
            .expect("! dpkg-query -W swiftvlan | grep next && systemctl is-active swiftvlan.service"),
            .prepare(lan),
            .type("docker network ls --filter driver=swiftvlan", Typing(prints: [" lan "])),
            .type("sudo apt remove swiftvlan", Typing(answer: "y")),
            .expect("ls /var/lib/swiftvlan/networks/*.json && ! systemctl is-active swiftvlan.service"),
            .type("sudo apt install ./.build/deb/swiftvlan_*.deb"),
            .prepare(web),
            .expect(webReachesRouter),
            .prepare(removal),
            .type("sudo apt purge swiftvlan", Typing(answer: "y")),
            .expect("[ ! -e /var/lib/swiftvlan ]")),
        Walkthrough(
            "docs/install.md", "From source", on: .package,
            .prepare("cp -r /root/files/source/. ."),
            .type("sudo make install"),
            .type("sudo systemctl enable --now swiftvlan.service"),
            .prepare(lan + web),
            .expect(webReachesRouter),
            .prepare(removal),
            .type("sudo make uninstall"),
            .expect("! command -v swiftvlan && ! systemctl is-active swiftvlan.service"),
            .expect("[ -d /etc/swiftvlan ] && [ -d /var/lib/swiftvlan ] && getent passwd swiftvlan"),
            .cleanUp("rm -rf /etc/swiftvlan /var/lib/swiftvlan /run/swiftvlan; userdel swiftvlan")),
        Walkthrough(
            "docs/install.md", "The managed plugin, for Swarm", on: .plugin,
            .prepare(
                """
                mkdir .build; cp -r /root/files/plugin .build/plugin
                docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1

                """ + images("nginx")),
            .type("docker plugin create swiftvlan .build/plugin"),
            .type("docker plugin enable swiftvlan"),
            .prepare(
                """
                docker network create --config-only --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0 node-lan
                docker network create -d swiftvlan:latest --scope swarm --config-from node-lan lan
                docker service create -d --name web --replicas 2 --network lan nginx

                """),
            .expect("[ $(docker ps -q | wc -l) = 2 ] && docker exec $(docker ps -lq) ping -c 1 -W 1 192.168.50.1"),
            .type(
                "cd …/propagated-mount\"",
                Typing(rest: "; curl -sS --unix-socket run/control.sock http://localhost/healthz", prints: ["ok"])),
            .prepare("ln -s /var/lib/docker/plugins/*/propagated-mount/run ."),
            .type("curl --unix-socket …", Typing(prints: [#""revision""#])),
            .type("docker plugin disable -f swiftvlan"),
            .prepare("docker plugin enable swiftvlan; docker service rm web"),
            .expect("[ -z \"$(docker ps -aq)\" ] && docker network rm lan"),
            .prepare("docker network rm node-lan"),
            .type("docker plugin disable swiftvlan"),
            .type("docker plugin set swiftvlan SWIFTVLAN_LOG_LEVEL=debug"),
            .type("docker plugin enable swiftvlan"),
            .cleanUp("docker swarm leave --force; docker network rm docker_gwbridge; docker plugin rm -f swiftvlan")),
        Walkthrough(
            "docs/install.md", "Settings", on: .fullMachine,
            .prepare("sed -i '24a parent-wiat = 60' /etc/swiftvlan/swiftvlan.toml"),
            .type("swiftvlan daemon --check-config", Typing(fails: true)),
            .prepare("sed -i /parent-wiat/d /etc/swiftvlan/swiftvlan.toml"),
            .type("systemctl reload swiftvlan.service"),
            .type("systemctl restart swiftvlan.service"),
            .prepare(lan + "docker create --name web --network lan bb:1 sleep 36000"),
            .type("docker start CONTAINER", Typing(with: ["CONTAINER": "web"])),
            .cleanUp("sed -i /parent-wiat/d /etc/swiftvlan/swiftvlan.toml; \(anotherStart)")),
        Walkthrough(
            "docs/install.md", "Who may see the state", on: .fullMachine,
            .prepare("useradd ann"),
            .type("sudo usermod -aG swiftvlan USER", Typing(with: ["USER": "ann"])),
            .expect("su ann -c 'curl -sS --unix-socket /run/swiftvlan/control.sock http://localhost/healthz'"),
            .cleanUp("userdel ann")),
        Walkthrough(
            "docs/install.md", "Metrics over TCP", on: .fullMachine,
            .type("sudo install -D …"),
            .prepare("cp -p /etc/swiftvlan/swiftvlan.toml settings"),
            .type("sudo systemctl daemon-reload"),
            .append("metrics-listen =", to: "/etc/swiftvlan/swiftvlan.toml"),
            .type("sudo systemctl restart swiftvlan.service"),
            .type("curl -s http://127.0.0.1:9469/healthz"),
            .prepare("systemctl reset-failed swiftvlan.service"),
            .type("sudo sed -i …"),
            .type("sudo rm /etc/systemd/system/swiftvlan.service.d/metrics-tcp.conf"),
            .type("sudo systemctl daemon-reload"),
            .type("sudo systemctl restart swiftvlan.service"),
            .expect("systemctl is-active swiftvlan.service && ! curl http://127.0.0.1:9469/healthz"),
            .cleanUp("cp -p settings /etc/swiftvlan/swiftvlan.toml; systemctl daemon-reload; \(anotherStart)")),
    ]

    static let migration = [
        Walkthrough(
            "docs/migrate.md", "the steps, from Docker's macvlan driver, and back", on: .host,
            .prepare(images("busybox")),
            .type("docker network create -d macvlan …"),
            .type("docker run -d --name web …"),
            .type("swiftvlan migrate lan >move.sh"),
            .expect(
                "sed -n '/^move()/,/^}/p' move.sh | grep -e 'docker network connect --ip 192.168.50.20 --driver-opt mac='"
            ),
            .type("sh move.sh"),
            .expect("[ \"$(docker network inspect -f '{{.Driver}}' lan)\" = swiftvlan ]"),
            .expect("docker exec web ip address show eth1 | grep -e 192.168.50.20/24"),
            .expect("docker exec web ip address show eth1 | grep -e 02:42:c0:a8:32:14"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.20"),
            .prepare("docker restart -t 0 web"),
            .expect("docker exec web ip address show eth0 | grep -e 192.168.50.20/24"),
            .expect("docker exec web ip address show eth0 | grep -e 02:42:c0:a8:32:14"),
            .type("sh move.sh back"),
            .expect("[ \"$(docker network inspect -f '{{.Driver}}' lan)\" = macvlan ]"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.20")),
        Walkthrough(
            "docs/migrate.md", "By hand", on: .host,
            .prepare(
                images("busybox") + """
                    docker network create -d macvlan --subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0 lan
                    docker run -d --name web --network lan --ip 192.168.50.20 busybox sleep infinity
                    """),
            .type(
                "docker network inspect lan",
                Typing(prints: [#""Driver": "macvlan""#, "192.168.50.20/24", "02:42:c0:a8:32:14"])),
            .type("docker ps -a --filter network=lan", Typing(prints: ["web"])),
            .type("docker network disconnect lan web"),
            .type("docker network rm lan"),
            .type("docker network create -d swiftvlan …"),
            .type("docker network connect …"),
            .expect("[ \"$(docker network inspect -f '{{.Driver}}' lan)\" = swiftvlan ]"),
            .expect("docker exec web ip address show eth1 | grep -e 192.168.50.20/24"),
            .expect("docker exec web ip address show eth1 | grep -e 02:42:c0:a8:32:14"),
            .expect("ip netns exec router ping -c 1 -W 1 192.168.50.20")),
        Walkthrough(
            "docs/migrate.md", "a Compose file", on: .fullMachine,
            .prepare(
                tagged + images("nginx") + """
                    cat >compose.yaml <<END
                    services: {web: {image: nginx, container_name: web, networks: {lan: {ipv4_address: 192.168.50.20}}}}
                    networks:
                      lan:
                        driver: macvlan
                        driver_opts:
                          parent: eth0.50
                        ipam: {config: [{subnet: 192.168.50.0/24, gateway: 192.168.50.1}]}
                    END
                    docker compose up -d
                    # The image lacks the package patch, and busybox has a patch too.
                    command -v patch || ln -s "$(command -v busybox)" /usr/local/bin/patch
                    """),
            .type("swiftvlan migrate --compose compose.yaml >swiftvlan.patch"),
            .type("docker compose down"),
            .type("patch -p0 <swiftvlan.patch"),
            .type("docker compose up -d"),
            .expect("ip link show dev eth0.50 | grep 'alias swiftvlan'"),
            .expect(webReachesRouter),
            .cleanUp("docker compose down; [ ! -L /usr/local/bin/patch ] || rm /usr/local/bin/patch")),
    ]
}
