import ControlAPI
import TestSupport
import Testing

@testable import Doctor

struct MachineCheckTests {
    private let host: HostOfFiles

    init() throws { host = try HostOfFiles() }

    @Test(
        "A virtual machine is recognized by its firmware, and the note gives the hypervisor's setting.",
        arguments: [
            ("VMware, Inc.", "VMware7,1", "forged transmits"), ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "Proxmox"),
            ("innotek GmbH", "VirtualBox", "--nicpromisc1"), ("Xen", "HVM domU", "VIF"),
            ("Microsoft Corporation", "Virtual Machine", "MacAddressSpoofing"),
            ("OpenStack Foundation", "OpenStack Nova", "--allowed-address"),
        ])
    func hypervisor(vendor: String, product: String, setting: String) throws {
        try host.write("/sys/class/dmi/id/sys_vendor", vendor + "\n")
        try host.write("/sys/class/dmi/id/product_name", product + "\n")
        let result = VirtualMachine().examine(host.facts([.lan()], [HostLink("eth0")]))
        #expect(result.severities == [.note])
        #expect(result.findings.first?.remedy.contains(setting) == true)
    }

    @Test(
        "A cloud that filters MAC addresses is a warning for macvlan and a note for ipvlan l2.",
        arguments: ["Amazon EC2", "Hetzner", "DigitalOcean"])
    func cloud(vendor: String) throws {
        try host.write("/sys/class/dmi/id/sys_vendor", vendor + "\n")
        let links = [HostLink("eth0"), HostLink("veth0", kind: "veth")]
        func severities(_ network: NetworkDocument) -> [Finding.Severity] {
            VirtualMachine().examine(host.facts([network], links)).severities
        }
        #expect(severities(.lan()) == [.warning])
        #expect(severities(.lan(mode: "l2")) == [.note])
        #expect(severities(.lan(mode: "l3")).isEmpty)
        #expect(severities(.lan(parent: "veth0", lowest: "veth0")).isEmpty)
    }

    @Test("Azure and Oracle's cloud are recognized by the tag of the chassis, before their hypervisors.")
    func taggedClouds() throws {
        try host.write("/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n")
        try host.write("/sys/class/dmi/id/product_name", "Virtual Machine\n")
        try host.write("/sys/class/dmi/id/chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n")
        #expect(Machine(host.files) == .cloud(name: "Azure"))
        try host.write("/sys/class/dmi/id/chassis_asset_tag", "OracleCloud.com\n")
        #expect(Machine(host.files) == .cloud(name: "Oracle Cloud"))
    }

    @Test("Hardware is no finding.")
    func hardware() throws {
        try host.write("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n")
        try host.write("/sys/class/dmi/id/product_name", "PowerEdge R640\n")
        #expect(VirtualMachine().examine(host.facts([.lan()], [HostLink("eth0")])) == .nothing)
    }

    private func writeModules(_ modules: [String], release: String = "6.12.0-cloud-amd64") throws {
        try host.write("/proc/sys/kernel/osrelease", "6.12.0-cloud-amd64\n")
        let rows = modules.map { "kernel/drivers/net/\($0).ko.xz: kernel/net/core/x.ko.xz\n" }
        try host.write("/lib/modules/\(release)/modules.dep", rows.joined())
    }

    private let all = ["macvlan", "ipvlan", "8021q", "dummy", "sch_ingress", "cls_bpf"]

    @Test("A module that a network needs and the kernel lacks is a problem; one that no network needs is a note.")
    func missingModule() throws {
        try writeModules(all.filter { $0 != "macvlan" && $0 != "8021q" })
        try host.write("/etc/os-release", "ID=ubuntu\nID_LIKE=debian\n")
        let result = KernelModules().examine(host.facts([.lan()]))
        #expect(result.subjects == ["macvlan", "8021q"] && result.severities == [.problem, .note])
        #expect(result.findings.first?.remedy == "apt install linux-modules-extra-6.12.0-cloud-amd64")
    }

    @Test("Modules on disk, in the kernel's image, loaded, or proven by a link are available.")
    func presentModules() throws {
        try writeModules(["macvlan", "sch_ingress", "cls_bpf"])
        try host.write("/lib/modules/6.12.0-cloud-amd64/modules.builtin", "kernel/net/8021q/8021q.ko\n")
        try host.write("/usr/lib/modprobe.d/vlan.conf", "blacklist 8021q\n")
        try host.write("/proc/modules", "dummy 16384 0 - Live 0x0000000000000000\n")
        let links = [HostLink("iv0", kind: "ipvlan")]
        #expect(KernelModules().examine(host.facts([.lan()], links)) == .nothing)
    }

    @Test("A module that modprobe's configuration excludes is a problem that names the file.")
    func blockedModule() throws {
        try writeModules(all)
        #expect(KernelModules().examine(host.facts([.lan()])) == .nothing)
        try host.write("/etc/modprobe.d/hardening.conf", "# no\nblacklist macvlan\ninstall dummy /bin/false\n")
        let result = KernelModules().examine(host.facts([.lan()]))
        #expect(result.subjects == ["macvlan", "dummy"] && result.severities == [.problem, .note])
        #expect(result.findings.allSatisfy { $0.what.hasPrefix("/etc/modprobe.d/hardening.conf ") })
        try host.write("/proc/modules", "macvlan 16384 0 - Live 0x0\ndummy 16384 0 - Live 0x0\n")
        #expect(KernelModules().examine(host.facts([.lan()])) == .nothing)
    }

    @Test("After an upgrade that removed the running kernel's modules, the advice is a reboot.")
    func upgradedKernel() throws {
        try writeModules(all, release: "6.12.1-cloud-amd64")
        let result = KernelModules().examine(host.facts([.lan()]))
        #expect(result.findings.first?.remedy.hasPrefix("reboot") == true)
    }

    @Test("Without any list of modules, they are not checked.")
    func unknownModules() {
        let result = KernelModules().examine(host.facts([.lan()]))
        #expect(result.findings.isEmpty && result.notChecked.count == 1)
        #expect(all.allSatisfy { result.notChecked.first?.reason.contains($0) == true })
    }
}
