/// A LAN that two systemd services set up at each boot of the virtual machine.
///
/// `lay-nics` runs before swiftvlan, like an administrator's systemd-networkd, and creates the NIC `eth7` and a VLAN link
/// on it, with the host's addresses. `lay-lan` has no ordering against swiftvlan. It creates the NICs `eth0` and `eth6`,
/// at boot or later, and everything at the far ends.
struct LANAtBoot: Sendable {
    let machine: MachineFixture

    /// Writes the scripts and services, and sets up the LAN.
    func install() async throws {
        try await machine.run(
            """
            cat >/usr/local/sbin/lay-nics <<'END'
            \(Self.nics)
            END
            cat >/usr/local/sbin/lay-lan <<'END'
            \(Self.lan)
            END
            chmod +x /usr/local/sbin/lay-nics /usr/local/sbin/lay-lan
            unit() {
                printf '%s\\n' '[Unit]' "$2" '[Service]' Type=oneshot RemainAfterExit=yes \\
                    "ExecStart=/usr/local/sbin/$1" '[Install]' WantedBy=multi-user.target >"/etc/systemd/system/$1.service"
            }
            unit lay-nics "Before=swiftvlan.service network-pre.target
            Wants=network-pre.target"
            unit lay-lan After=lay-nics.service
            echo 0 >/etc/lay-lan.delay
            systemctl daemon-reload
            systemctl enable --now lay-nics.service lay-lan.service 2>/dev/null
            """)
    }

    /// From the next boot on, delays the LAN by this number of seconds after the engine's first call for a container.
    func delay(seconds: Int) async throws { try await machine.run("echo \(seconds) >/etc/lay-lan.delay") }

    /// From the next boot on, creates a VLAN link on `eth7` before swiftvlan starts, like the one with ID 30.
    func makeVLANBeforehand(_ id: Int) async throws {
        try await machine.run(
            "echo 'ip link add eth7.\(id) link eth7 type vlan id \(id)' >>/usr/local/sbin/lay-nics; sync")
    }

    /// Removes everything except `eth0`, which every scenario uses.
    func remove() async throws {
        try await machine.run(
            """
            systemctl disable --now lay-nics.service lay-lan.service 2>/dev/null
            rm /etc/systemd/system/lay-nics.service /etc/systemd/system/lay-lan.service
            rm /usr/local/sbin/lay-nics /usr/local/sbin/lay-lan /etc/lay-lan.delay
            systemctl daemon-reload
            ip link del eth6; ip link del eth7
            """)
    }

    private static let nics = """
        #!/bin/sh -e
        ip netns list | grep -q router || ip netns add router
        ip link add eth7 type veth peer name lan7 netns router
        ip link set eth7 up
        ip link add eth7.30 link eth7 type vlan id 30
        ip link set eth7.30 up
        ip addr add 192.168.130.9/24 dev eth7.30
        ip addr add fd00:130::9/64 dev eth7.30 nodad
        """

    /// The script of `lay-lan`. `far LINK LOWER VID` creates a VLAN at the far end.
    private static let lan = """
        #!/bin/sh -e
        delay=$(cat /etc/lay-lan.delay)
        if [ $delay != 0 ]; then
            until ls \(Records.endpoints)/*.json; do sleep 0.2; done >/dev/null 2>&1
            sleep $delay
        fi
        far() {
            ip -n router link show $1 >/dev/null 2>&1 || ip -n router link add $1 link $2 type vlan id $3
            ip -n router link set $1 up
        }
        ip link show eth0 >/dev/null 2>&1 || ip link add eth0 type veth peer name lan netns router
        ip link add eth6 type veth peer name lan6 netns router
        for link in lo lan lan6 lan7; do ip -n router link set $link up; done
        far lan.50 lan 50; far lan.20 lan 20; far lan.100 lan 100; far lan.100.20 lan.100 20; far lan7.30 lan7 30
        for pair in lan:50 lan.50:150 lan.20:120 lan.100.20:220 lan6:66 lan7.30:130; do
            ip -n router addr replace 192.168.${pair#*:}.1/24 dev ${pair%:*}
        done
        ip -n router addr replace fd00:130::1/64 dev lan7.30 nodad
        ip -n router route replace 10.31.0.0/24 via 192.168.130.9
        ip -n router -6 route replace fd00:31::/64 via fd00:130::9
        for link in eth0 eth6; do ip link set $link up; done
        """
}
