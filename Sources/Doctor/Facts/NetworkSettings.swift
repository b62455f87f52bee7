import NetworkTypes

/// The kernel's network settings, files in /proc/sys/net.
package struct NetworkSettings: Sendable {
    /// The families of settings that exist for each link.
    package enum Family: String, Sendable { case ipv4, ipv6 }

    package let files: HostFiles

    package init(files: HostFiles) { self.files = files }

    /// Returns a setting such as `ipv4/ip_forward`; nil if the kernel does not have it or it is no number.
    package func value(_ name: String) -> Int? { files.text("/proc/sys/net/\(name)").flatMap { Int($0) } }

    /// Returns a link's own setting; nil if the link or the setting does not exist, or for a name with a slash.
    package func value(_ name: String, of link: String, _ family: Family) -> Int? {
        guard !link.contains("/") else { return nil }
        return value("\(family.rawValue)/conf/\(link)/\(name)")
    }

    /// Returns the larger of a link's own IPv4 setting and that of `all`, which the kernel uses for `arp_ignore`,
    /// `arp_announce` and `rp_filter` (`IN_DEV_MAXCONF` in include/linux/inetdevice.h).
    package func largest(_ name: String, of link: String) -> Int? {
        guard let own = value(name, of: link, .ipv4) else { return nil }
        return max(own, value(name, of: "all", .ipv4) ?? 0)
    }

    /// Writes the name for sysctl(8), which exchanges `.` and `/`: the name of the link `eth0.50` contains a dot.
    package static func sysctlName(_ name: String, of link: String, _ family: Family) -> String {
        let link = String(link.map { $0 == "." ? "/" : $0 })
        return "net.\(family.rawValue).conf.\(link).\(name)"
    }
}
