import ControlAPI
import Testing

@testable import Doctor

private let rule = "/usr/lib/udev/rules.d/82-swiftvlan.rules"
private let own = "/usr/lib/systemd/network/05-swiftvlan.network"

/// A host with the package's files, and a network on eth0.50.
private func packagedHost(_ process: String) throws -> HostFolder {
    let host = try HostFolder()
    try host.addProcess(process)
    try host.write(rule, "ENV{NM_UNMANAGED}=\"1\"\n")
    try host.write(own, "[Match]\nProperty=ID_SWIFTVLAN=1\n[Link]\nUnmanaged=yes\n")
    return host
}

private func facts(_ host: HostFolder, links: [HostLink] = []) -> DoctorFacts {
    DoctorFacts(
        status: status(lanNetwork(parent: "eth0.50", vlans: [50])), links: HostLinks(links), files: host.files)
}

@Suite("Checks of NetworkManager")
struct NetworkManagerTests {
    private let settings = "/etc/NetworkManager/NetworkManager.conf"

    @Test("The package's udev rule suffices")
    func packaged() throws { expectNothing(NetworkManager(), facts(try packagedHost("NetworkManager"))) }

    @Test("Without the udev rule, the links are managed")
    func noRule() throws {
        let host = try HostFolder()
        try host.addProcess("NetworkManager")
        let finding = try onlyFinding(NetworkManager(), facts(host))
        #expect(finding.remedy.contains("interface-name:sh-*;interface-name:eth0.50, then"))
    }

    @Test("A masked udev rule does not count", arguments: [true, false])
    func maskedRule(isLink: Bool) throws {
        let host = try packagedHost("NetworkManager")
        let path = "/etc/udev/rules.d/82-swiftvlan.rules"
        if isLink { try host.link(path, to: "/dev/null") } else { try host.write(path, "") }
        _ = try onlyFinding(NetworkManager(), facts(host))
    }

    @Test("A host where NetworkManager does not run is left alone")
    func notRunning() throws {
        let host = try HostFolder()
        try host.addProcess("NetworkManage")
        expectNothing(NetworkManager(), facts(host))
    }

    @Test(
        "unmanaged-devices replaces the rule if it names all links",
        arguments: [
            ("interface-name:sv*;interface-name:sd-*;interface-name:sh-*;interface-name:eth0.*", true), ("*", true),
            ("interface-name:sv*", false), ("eth0.50;interface-name:~sv*", true),
            ("*,except:interface-name:eth0.50", false),
        ])
    func unmanaged(list: String, isEnough: Bool) throws {
        let host = try HostFolder()
        try host.addProcess("NetworkManager")
        try host.write("/etc/NetworkManager/conf.d/90.conf", "[keyfile]\nunmanaged-devices=\(list)\n")
        if isEnough {
            expectNothing(NetworkManager(), facts(host))
        } else {
            _ = try onlyFinding(NetworkManager(), facts(host))
        }
    }

    @Test(
        "A section that manages all devices overrides the rule; one for other devices does not",
        arguments: [
            ("[device]\nmanaged=1", true), ("[device-all]\nmatch-device=*\nmanaged=true", true),
            ("[device-x]\nmatch-device=interface-name:eth0.*\nmanaged=yes", true),
            ("[device-x]\nmatch-device=interface-name:wlan*\nmanaged=1", false), ("[device]\nmanaged=0", false),
            ("# [device]\n[ifupdown]\nmanaged=true", false),
        ])
    func managed(text: String, isFinding: Bool) throws {
        let host = try packagedHost("NetworkManager")
        try host.write(settings, text + "\n")
        if isFinding {
            #expect(try onlyFinding(NetworkManager(), facts(host)).subject == settings)
        } else {
            expectNothing(NetworkManager(), facts(host))
        }
    }
}

@Suite("Checks of systemd-networkd")
struct NetworkdTests {
    private let wildcard = "[Match]\nName=*\n[Network]\nDHCP=yes\n"

    @Test("A later file for all links is no finding, because the package's file is first")
    func packaged() throws {
        let host = try packagedHost("systemd-networkd")
        try host.write("/etc/systemd/network/10-all.network", wildcard)
        expectNothing(Networkd(), facts(host))
    }

    @Test("An earlier file for all links is named")
    func earlier() throws {
        let host = try packagedHost("systemd-networkd")
        try host.write("/etc/systemd/network/01-all.network", wildcard)
        let finding = try onlyFinding(Networkd(), facts(host))
        #expect(finding.subject == "/etc/systemd/network/01-all.network")
        #expect(finding.what.contains("comes before 05-swiftvlan.network"))
    }

    @Test("Without the package's file or rule, every file for all links is named", arguments: [own, rule])
    func missing(path: String) throws {
        let host = try packagedHost("systemd-networkd")
        // An empty file in /etc masks the package's.
        try host.write(path.replacingPrefix("/usr/lib", with: "/etc"), "")
        try host.write("/run/systemd/network/10-netplan-all.network", wildcard)
        let finding = try onlyFinding(Networkd(), facts(host))
        #expect(finding.what.contains("which netplan generates from /etc/netplan"))
        #expect(finding.remedy.contains("netplan apply"))
    }

    @Test("A masked file for all links is no finding")
    func masked() throws {
        let host = try packagedHost("systemd-networkd")
        try host.write("/usr/lib/systemd/network/01-all.network", wildcard)
        try host.link("/etc/systemd/network/01-all.network", to: "/dev/null")
        expectNothing(Networkd(), facts(host))
    }

    @Test("A host where systemd-networkd does not run is left alone")
    func notRunning() throws {
        let host = try HostFolder()
        try host.write("/etc/systemd/network/01-all.network", wildcard)
        expectNothing(Networkd(), facts(host))
    }

    @Test(
        "A file matches a VLAN link by pattern, type, kind or MAC address, but not by its exact name",
        arguments: [
            ("Name=*", true), ("Name=eth0.*", true), ("Name=en* eth*", true), ("Name=!lo", true), ("Type=vlan", true),
            ("Type=ether\nName=eth*", false), ("Kind=vlan", true), ("Kind=!vlan", false), ("Name=en*", false),
            ("MACAddress=52:54:00:00:00:01", true), ("MACAddress=52:54:00:00:00:02", false), ("Name=eth0.50", false),
            ("Name=eth0.50 *", false), ("Name=!eth0*", false), ("Name=*\nDriver=virtio_net", false), ("", false),
            ("Name=en*\nName=eth*", true),
        ])
    func matching(match: String, isMatch: Bool) {
        let link = OwnLinkSample(name: "eth0.50", type: "vlan", kind: "vlan", macAddress: "52:54:00:00:00:01")
        #expect(NetworkFileMatch("[Match]\n\(match)\n[Network]\nDHCP=yes\n").matches(link) == isMatch)
    }

    @Test("A file that makes networkd ignore links does not match", arguments: ["yes", "1", "true"])
    func unmanaged(value: String) {
        let link = OwnLinkSample(name: "eth0.50", type: "vlan", kind: "vlan")
        #expect(!NetworkFileMatch("[Match]\nName=*\n[Link]\nUnmanaged=\(value)\n").matches(link))
    }
}

@Suite("Checks of dhcpcd and ifupdown")
struct OtherProgramTests {
    @Test(
        "dhcpcd without denyinterfaces for all links is a warning",
        arguments: ["", "denyinterfaces eth1\n", "denyinterfaces sv* sh-* sd-*\n", "allowinterfaces eth*\n"])
    func dhcpcd(settings: String) throws {
        let host = try HostFolder()
        try host.addProcess("dhcpcd", commandLine: "/usr/sbin/dhcpcd\0-q\0-b\0")
        try host.write("/etc/dhcpcd.conf", settings)
        let finding = try onlyFinding(DHCPCD(), facts(host))
        #expect(finding.remedy.contains("denyinterfaces eth0.50 sv* sd-* sh-*"))
    }

    @Test(
        "dhcpcd that excludes all links, or allows others, is no finding",
        arguments: [
            "denyinterfaces eth0.50 sv* sd-* sh-*\n", "denyinterfaces eth0.50,sv*,sd-*\ndenyinterfaces sh-*\n",
            "allowinterfaces eth0\n", "  denyinterfaces *\n",
        ])
    func exclusion(settings: String) throws {
        let host = try HostFolder()
        try host.addProcess("dhcpcd", commandLine: "dhcpcd: [manager] [ip4] [ip6]")
        try host.write("/etc/dhcpcd.conf", settings)
        expectNothing(DHCPCD(), facts(host))
    }

    @Test("dhcpcd for one link leaves the others alone", arguments: ["dhcpcd: eth0 [ip4]", "/sbin/dhcpcd\0eth0\0"])
    func oneLink(commandLine: String) throws {
        let host = try HostFolder()
        try host.addProcess("dhcpcd", commandLine: commandLine)
        expectNothing(DHCPCD(), facts(host, links: [HostLink("eth0")]))
        _ = try onlyFinding(DHCPCD(), facts(host, links: [HostLink("eth7")]))
    }

    @Test("A host without dhcpcd is left alone")
    func noDHCPCD() throws { expectNothing(DHCPCD(), facts(try HostFolder())) }

    @Test(
        "A pattern of ifupdown that matches our links is a warning with its file",
        arguments: ["allow-hotplug /eth*", "auto /*", "auto lo /eth*/*=lan", "allow-hotplug sv*"])
    func ifupdown(line: String) throws {
        let host = try HostFolder()
        try host.write("/etc/network/interfaces", "auto lo eth0\niface lo inet loopback\n")
        try host.write("/etc/network/interfaces.d/lan", "  \(line)\n")
        #expect(try onlyFinding(Ifupdown(), facts(host)).subject == "/etc/network/interfaces.d/lan")
    }

    @Test("Names and other patterns of ifupdown are no finding")
    func ifupdownNames() throws {
        let host = try HostFolder()
        try host.write("/etc/network/interfaces", "auto eth0.50 /en*\n# allow-hotplug /*\niface eth0 inet dhcp\n")
        expectNothing(Ifupdown(), facts(host))
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
