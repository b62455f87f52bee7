import ControlAPI
import Glibc
import TestSupport
import Testing

@testable import Doctor

private let plugin = "/run/docker/plugins/swiftvlan.sock"
private let control = "/run/swiftvlan/control.sock"

/// A line of /proc/net/unix for a socket that a process listens on.
private func listening(_ path: String) -> String {
    """
    Num       RefCount Protocol Flags    Type St Inode Path
    0000000000000000: 00000002 00000000 00010000 0001 01 1234 \(path)
    0000000000000000: 00000003 00000000 00000000 0001 03 1235 /run/other.sock

    """
}

@Suite("Checks of sockets and files")
struct SocketCheckTests {
    private func facts(_ host: HostFolder, daemonError: String? = nil) -> DoctorFacts {
        DoctorFacts(status: status(), daemonError: daemonError, files: host.files)
    }

    @Test("A served socket that only root may open is no finding")
    func good() throws {
        let host = try HostFolder()
        try host.makeSocket(plugin)
        try host.write("/proc/net/unix", listening(plugin))
        guard geteuid() == 0 else { return }
        expectNothing(PluginSocket(), facts(host))
    }

    @Test("A missing socket is a problem")
    func missing() throws {
        let finding = try onlyFinding(PluginSocket(), facts(try HostFolder()))
        #expect(finding.what == "there is no socket at \(plugin)")
    }

    @Test("The socket of the settings is examined")
    func configured() throws {
        let host = try HostFolder()
        try host.write("/etc/swiftvlan/swiftvlan.toml", "# socket = \"/a\"\nsocket = \"/run/docker/plugins/x.sock\"\n")
        #expect(try onlyFinding(PluginSocket(), facts(host)).subject == "/run/docker/plugins/x.sock")
        // The unit passes another one.
        try host.write("/usr/lib/systemd/system/swiftvlan.socket", "[Socket]\n")
        #expect(try onlyFinding(PluginSocket(), facts(host)).subject == plugin)
    }

    @Test("A socket on which nobody listens is a problem")
    func stale() throws {
        let host = try HostFolder()
        try host.makeSocket(plugin)
        try host.write("/proc/net/unix", listening("/run/docker/plugins/other.sock"))
        guard geteuid() == 0 else { return }
        #expect(try onlyFinding(PluginSocket(), facts(host)).what.hasPrefix("no process listens on"))
    }

    @Test("A socket that others may open is a problem", arguments: [0o666, 0o660, 0o602] as [mode_t])
    func open(mode: mode_t) throws {
        let host = try HostFolder()
        try host.makeSocket(plugin, mode: mode)
        try host.write("/proc/net/unix", listening(plugin))
        let finding = try onlyFinding(PluginSocket(), facts(host))
        #expect(finding.what.contains("mode \(String(mode, radix: 8))"))
    }

    @Test("A file in the socket's place is a problem")
    func noSocket() throws {
        let host = try HostFolder()
        try host.write(plugin, "")
        #expect(try onlyFinding(PluginSocket(), facts(host)).what.hasSuffix("is not a socket"))
    }

    @Test("A managed plugin has its socket elsewhere")
    func managed() throws {
        let host = try HostFolder()
        try host.makeSocket("/run/docker/plugins/\(String(repeating: "a", count: 64))/swiftvlan.sock")
        expectNothing(PluginSocket(), facts(host))
        expectNothing(TwoPlugins(), facts(host))
    }

    @Test("A managed plugin beside the program is a problem")
    func both() throws {
        let host = try HostFolder()
        try host.makeSocket("/run/docker/plugins/\(String(repeating: "a", count: 64))/swiftvlan.sock")
        try host.write("/usr/lib/docker/plugins/swiftvlan.spec", "unix://\(plugin)\n")
        #expect(try onlyFinding(TwoPlugins(), facts(host)).severity == .problem)
    }

    @Test("The package's spec file is no finding")
    func spec() throws {
        let host = try HostFolder()
        try host.write("/usr/lib/docker/plugins/swiftvlan.spec", "unix://\(plugin)\n")
        expectNothing(SpecFiles(), facts(host))
        expectNothing(TwoPlugins(), facts(host))
    }

    @Test(
        "A spec file that leads elsewhere is a warning",
        arguments: [
            ("/etc/docker/plugins/swiftvlan.spec", "tcp://127.0.0.1:9000\n"),
            ("/usr/lib/docker/plugins/swiftvlan/swiftvlan.spec", "unix:///run/old.sock\n"),
            ("/etc/docker/plugins/swiftvlan.json", #"{"Name":"swiftvlan","Addr":"unix:///run/old.sock"}"#),
        ])
    func wrongSpec(path: String, text: String) throws {
        let host = try HostFolder()
        try host.write(path, text)
        #expect(try onlyFinding(SpecFiles(), facts(host)).subject == path)
    }

    @Test("Several spec files for the same socket are a note")
    func severalSpecs() throws {
        let host = try HostFolder()
        for folder in ["/etc", "/usr/lib"] {
            try host.write("\(folder)/docker/plugins/swiftvlan.spec", "unix://\(plugin)\n")
        }
        #expect(try onlyFinding(SpecFiles(), facts(host)).severity == .note)
    }

    @Test("A daemon that answers, with enabled units or without systemd, is no finding")
    func daemon() throws {
        let host = try HostFolder()
        expectNothing(DaemonState(), facts(host))
        for unit in ["swiftvlan.socket", "swiftvlan.service"] {
            try host.write("/usr/lib/systemd/system/\(unit)", "[Unit]\n")
            try host.link("/etc/systemd/system/sockets.target.wants/\(unit)", to: "/usr/lib/systemd/system/\(unit)")
        }
        expectNothing(DaemonState(), facts(host))
    }

    @Test("A unit that is not enabled is a warning")
    func disabled() throws {
        let host = try HostFolder()
        try host.write("/usr/lib/systemd/system/swiftvlan.socket", "[Unit]\n")
        #expect(try onlyFinding(DaemonState(), facts(host)).remedy == "run: systemctl enable swiftvlan.socket")
    }

    @Test("A daemon that does not run is a problem with the command that starts it")
    func away() throws {
        let host = try HostFolder()
        try host.write("/proc/net/unix", listening("/run/other.sock"))
        let finding = try onlyFinding(DaemonState(), facts(host, daemonError: "the daemon is not running"))
        #expect(finding.severity == .problem)
        #expect(finding.remedy == "run: systemctl start swiftvlan")
        // One finding says it all.
        expectNothing(PluginSocket(), facts(host, daemonError: "the daemon is not running"))
        guard geteuid() == 0 else { return }
        try host.makeSocket(plugin)
        expectNothing(PluginSocket(), facts(host, daemonError: "the daemon is not running"))
    }

    @Test("A stopped daemon whose socket systemd holds is a warning: the next call starts it")
    func stopped() throws {
        let host = try HostFolder()
        try host.write("/proc/net/unix", listening(plugin))
        let finding = try onlyFinding(DaemonState(), facts(host, daemonError: "the daemon is not running"))
        #expect(finding.severity == .warning)
        #expect(finding.why.hasPrefix("Docker's next call starts it"))
    }

    private struct FixedMetrics: MetricsProbe {
        let address = "127.0.0.1:9469"
        let reason: String?

        func fault() -> String? { reason }
    }

    @Test("An address for metrics that the daemon does not serve is a warning; one that it serves is not")
    func metrics() throws {
        var facts = facts(try HostFolder())
        expectNothing(MetricsListener(), facts)
        facts.metrics = FixedMetrics(reason: nil)
        expectNothing(MetricsListener(), facts)
        facts.metrics = FixedMetrics(reason: "nothing listens")
        let finding = try onlyFinding(MetricsListener(), facts)
        #expect(finding.severity == .warning && finding.what.hasSuffix("not served there: nothing listens"))
        #expect(finding.remedy.contains("metrics-tcp.conf"))
        facts.daemonError = "the daemon is not running"
        expectNothing(MetricsListener(), facts)
    }

    @Test("A service that is active but does not serve leads to its status")
    func refusing() throws {
        let host = try HostFolder()
        try host.link("/run/systemd/units/invocation:swiftvlan.service", to: "0123456789abcdef")
        let finding = try onlyFinding(DaemonState(), facts(host, daemonError: "the daemon is not running"))
        #expect(finding.remedy == "see the reason: systemctl status swiftvlan")
    }

    @Test("A daemon that serves others is a note for a user who may not ask it")
    func notPermitted() throws {
        let host = try HostFolder()
        try host.write("/proc/net/unix", listening(control))
        let finding = try onlyFinding(DaemonState(), facts(host, daemonError: "this user may not open the socket"))
        #expect(finding.severity == .note)
    }
}

@Suite("Checks of the records' file system", .enabled("only root may mount") { geteuid() == 0 })
struct StateDirectoryTests {
    @Test("A full or read-only file system is a problem; one with room is not")
    func disk() throws {
        let host = try HostFolder()
        try host.write("/var/lib/x", "")
        let disk = try MemoryDisk(on: host.files.path("/var/lib/swiftvlan"), kilobytes: 4096)
        let facts = DoctorFacts(status: status(), files: host.files)
        expectNothing(StateDirectory(), facts)
        try disk.fill()
        #expect(try onlyFinding(StateDirectory(), facts).what.contains("is full: 0 KiB are free"))
        try disk.clear()
        #expect(try disk.setReadOnly(true))
        #expect(try onlyFinding(StateDirectory(), facts).what.hasSuffix("is read-only"))
    }
}

@Suite("Checks of orphans")
struct OrphanTests {
    private let id = String(repeating: "a", count: 64)

    private func facts(
        _ links: [HostLink] = [], routes: [HostRouteDocument] = [], daemonError: String? = nil,
        unreadable: [String] = []
    ) -> DoctorFacts {
        var network = lanNetwork()
        network.hostRoutes = [HostRouteDocument(destination: "10.9.0.0/24", link: "eth0")]
        network.hostAccess = HostAccessDocument(shim: "sh-eth0")
        var document = status(network)
        document.unreadable = unreadable
        return DoctorFacts(
            status: document, daemonError: daemonError, links: HostLinks(links), ownRoutes: routes)
    }

    @Test(
        "A link with swiftvlan's alias that belongs to no network is a warning",
        arguments: [
            ("sv0123456789ab", "swiftvlan endpoint \(String(repeating: "a", count: 64))"),
            ("sd-0123456789ab", "swiftvlan isolated \(String(repeating: "a", count: 64))"),
            ("eth7.50", "swiftvlan vlan"), ("sh-eth7", "swiftvlan shim"),
        ])
    func link(name: String, alias: String) throws {
        let finding = try onlyFinding(Orphans(), facts([HostLink(name, alias: alias)]))
        #expect(finding.subject == name)
        #expect(finding.remedy == "run: swiftvlan reconcile; if it stays: ip link delete \(name)")
    }

    @Test("Links of networks, of others, and those that are being removed are no orphans")
    func noLink() {
        let links = [
            HostLink("eth0.50", alias: "swiftvlan vlan"), HostLink("sv0", alias: "swiftvlan endpoint e-n1"),
            HostLink("sd-1", alias: "swiftvlan isolated n1"), HostLink("x", alias: "swiftvlan retired"),
            HostLink("eth9", alias: "uplink"), HostLink("eth8"), HostLink("y", alias: "swiftvlan"),
        ]
        expectNothing(Orphans(), facts(links))
    }

    @Test("A route with swiftvlan's protocol number that no network has is a warning")
    func route() throws {
        let finding = try onlyFinding(Orphans(), facts(routes: [HostRouteDocument(destination: "10.8.0.0/24")]))
        #expect(finding.remedy.hasSuffix("ip route delete 10.8.0.0/24 proto 118"))
    }

    @Test(
        "A route is an orphan if no network has it in its own table",
        arguments: [
            (nil, nil, nil), (10, "red", "the route to 10.9.0.0/24 in VRF red is marked|10.9.0.0/24 vrf red proto 118"),
            (30, nil, "the route to 10.9.0.0/24 in table 30 is marked|10.9.0.0/24 table 30 proto 118"),
        ] as [(UInt32?, String?, String?)])
    func routeInVRF(_ table: UInt32?, _ vrf: String?, _ words: String?) throws {
        let facts = facts(routes: [HostRouteDocument(destination: "10.9.0.0/24", table: table, vrf: vrf)])
        guard let words else { return expectNothing(Orphans(), facts) }
        let finding = try onlyFinding(Orphans(), facts)
        let parts = words.split(separator: "|").map(String.init)
        #expect(finding.what.hasPrefix(parts[0]), "\(finding.what)")
        #expect(finding.remedy.hasSuffix("ip route delete \(parts[1])"), "\(finding.remedy)")
    }

    @Test("Routes of networks and to containers with host access are no orphans")
    func noRoute() {
        expectNothing(
            Orphans(),
            facts(routes: [
                HostRouteDocument(destination: "10.9.0.0/24"), HostRouteDocument(destination: "10.0.0.5/32"),
            ]))
    }

    @Test("Without a daemon, its start removes the orphan")
    func noDaemon() throws {
        let facts = facts([HostLink("eth7.50", alias: "swiftvlan vlan")], daemonError: "the daemon is not running")
        #expect(try onlyFinding(Orphans(), facts).remedy.contains("systemctl start swiftvlan"))
    }

    @Test("While a network waits for its parent, only what names its owner is called an orphan")
    func waiting() throws {
        let links = [
            HostLink("sh-eth7", alias: "swiftvlan shim"), HostLink("eth7.50", alias: "swiftvlan vlan"),
            HostLink("sv0", alias: "swiftvlan endpoint gone"),
        ]
        var facts = facts(links, routes: [HostRouteDocument(destination: "10.8.0.0/24")])
        #expect(Orphans().examine(facts).findings.count == 4)
        facts.status.networks[0].state = NetworkStateDocument(.waiting, reason: "eth7 is missing")
        let result = Orphans().examine(facts)
        #expect(result.findings.map(\.subject) == ["sv0"])
        #expect(result.notChecked.first?.reason.hasPrefix("sh-eth7, eth7.50, 10.8.0.0/24 may belong to") == true)
    }

    @Test("Nothing is called an orphan while records cannot be read")
    func unreadable() {
        let result = Orphans().examine(
            facts([HostLink("eth7.50", alias: "swiftvlan vlan")], unreadable: ["n2: it is not JSON"]))
        #expect(result.findings.isEmpty && result.notChecked.count == 1)
    }
}
