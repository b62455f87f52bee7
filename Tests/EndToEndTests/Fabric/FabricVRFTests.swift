import Testing

@Suite("Tenants in VRFs", .serialized, .inFabric)
struct FabricVRFTests {
    /// A tenant: its VRF on host1 and on the router, and the VLAN that connects the two.
    private struct Tenant {
        let name: String
        let vlan: Int
        let range: String
    }

    private let tenants = [
        Tenant(name: "red", vlan: 10, range: "10.30.8.0/25"), Tenant(name: "blue", vlan: 20, range: "10.30.8.128/25"),
    ]

    @Test("Two tenants on a host use the same subnet, and the router keeps them apart")
    func sameSubnet() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            try await withCleanUp {
                for tenant in tenants { try await connect(tenant, in: fabric) }
                var containers: [FabricContainer] = []
                for tenant in tenants {
                    try await fabric.on(
                        .host1,
                        """
                        docker network create -d swiftvlan -o parent=eth0.\(tenant.vlan) -o mode=l3 \
                        --subnet 10.30.8.0/24 --ip-range \(tenant.range) \(tenant.name)
                        """)
                    containers.append(
                        try await fabric.startContainer(tenant.name, on: .host1, "--network \(tenant.name)"))
                    let route = "ip route show vrf \(tenant.name) 10.30.8.0/24 proto bgp | grep -q swp1.\(tenant.vlan)"
                    #expect(try await fabric.machine.wait(seconds: 120, until: "fabric on tor sh -c '\(route)'"))
                }
                for node in [Fabric.Node.host1, .tor] {
                    #expect(try await fabric.on(node, "ip route show 10.30.8.0/24").isEmpty)
                }

                for (tenant, other) in [(0, 1), (1, 0)] {
                    let address = containers[tenant].addresses[0]
                    #expect(try await fabric.reaches(address, from: .tor, in: tenants[tenant].name), "\(address)")
                    #expect(try await !fabric.reaches(address, from: .tor, in: tenants[other].name, tries: 2))
                }
                try await removeNetworks(of: fabric)
                let left = "ip route show vrf red proto bgp; ip route show vrf blue proto bgp"
                #expect(
                    try await fabric.machine.wait(
                        seconds: 60, until: "! fabric on tor sh -c '\(left)' | grep -q 10.30.8.0/24"))
            } cleanUp: {
                try await removeNetworks(of: fabric)
                for tenant in tenants { try await disconnect(tenant, in: fabric) }
            }
        }
    }

    @Test("A subnet to which the VRF has a route already is refused there, and accepted elsewhere")
    func overlap() async throws {
        try await Fabric.run { fabric in
            try await withCleanUp {
                for tenant in tenants { try await connect(tenant, in: fabric) }
                try await fabric.on(
                    .host1, "ip route add 10.30.9.0/24 vrf red via inet6 fe80::1 dev eth0.10 onlink proto static")
                let create = "docker network create -d swiftvlan -o mode=l3 --subnet 10.30.9.0/24 -o parent=eth0."
                let outcome = try await fabric.attempt(on: .host1, create + "10 overlapping")
                #expect(outcome.status != 0)
                #expect(outcome.errors.contains("10.30.9.0/24"), "\(outcome.errors)")
                try await fabric.on(.host1, create + "20 overlapping")
            } cleanUp: {
                try await removeNetworks(of: fabric)
                for tenant in tenants { try await disconnect(tenant, in: fabric) }
            }
        }
    }

    /// Creates the tenant's VRF with its VLAN and its BGP session on both ends of host1's cable. The router has the
    /// tenant's address 192.168.98.1, from which it pings.
    private func connect(_ tenant: Tenant, in fabric: Fabric) async throws {
        for (node, port, number) in [(Fabric.Node.host1, "eth0", 65001), (.tor, "swp1", 65000)] {
            let direction = node == .tor ? ("containers in", "none out") : ("default in", "containers out")
            let source =
                node == .tor ? "neighbor LINK default-originate" : "redistribute kernel route-map containers-ipv4"
            let link = "\(port).\(tenant.vlan)"
            try await fabric.on(
                node,
                """
                set -e
                if ! ip link show \(link) >/dev/null 2>&1; then
                    ip link add \(tenant.name) type vrf table \(tenant.vlan)
                    ip link set \(tenant.name) up
                    ip link add link \(port) name \(link) type vlan id \(tenant.vlan)
                    ip link set \(link) master \(tenant.name)
                    \(node == .tor ? "ip addr add 192.168.98.1/32 dev \(tenant.name)" : "")
                fi
                ip link set \(link) up
                cat >/etc/frr/\(tenant.name).conf <<END
                router bgp \(number) vrf \(tenant.name)
                 bgp router-id 10.255.1.\(tenant.vlan)
                 no bgp default ipv4-unicast
                 neighbor \(link) interface v6only remote-as external
                 address-family ipv4 unicast
                  neighbor \(link) activate
                  neighbor \(link) prefix-list \(direction.0)
                  neighbor \(link) prefix-list \(direction.1)
                  \(source.replacing("LINK", with: link))
                END
                vtysh -f /etc/frr/\(tenant.name).conf
                """)
        }
    }

    /// The links stay: FRR 10.3's zebra may crash when a link of a session is deleted (FRRouting/frr#22184).
    private func disconnect(_ tenant: Tenant, in fabric: Fabric) async throws {
        for (node, port, number) in [(Fabric.Node.host1, "eth0", 65001), (.tor, "swp1", 65000)] {
            try await fabric.on(
                node,
                """
                vtysh -c configure -c 'no router bgp \(number) vrf \(tenant.name)'
                ip link set \(port).\(tenant.vlan) down
                """)
        }
    }

    private func removeNetworks(of fabric: Fabric) async throws {
        try await fabric.on(
            .host1,
            """
            docker ps -aq | xargs -r docker rm -f >/dev/null
            docker network ls -q --filter driver=swiftvlan | xargs -r docker network rm >/dev/null
            """)
    }
}
