/// The kernel's modules, as files and as the kernel lists them.
struct ModuleFiles {
    enum State: Equatable {
        case available
        case missing
        /// A file of modprobe.d(5) excludes it.
        case blocked(by: String)
        /// There is no list of modules.
        case unknown
    }

    private let files: HostFiles
    /// The running kernel's release, such as `6.12.57+deb13-amd64`.
    let release: String
    private let loaded: Set<String>
    /// The modules in the kernel's image, which modprobe.d(5) does not exclude.
    private let builtIn: Set<String>
    /// The modules on disk; nil if there is no list.
    private let listed: Set<String>?
    /// The files that exclude modules, by module.
    private let blocked: [String: String]

    init(_ files: HostFiles) {
        self.files = files
        release = files.text("/proc/sys/kernel/osrelease") ?? ""
        loaded = Set(
            Self.rows(files, "/proc/modules").compactMap { $0.split(separator: " ").first.map { Self.plain($0) } })
        let folder = "/lib/modules/\(release)"
        builtIn = Set(Self.rows(files, "\(folder)/modules.builtin").map(Self.module))
        listed = files.text("\(folder)/modules.dep").map { text in
            Set(text.split(whereSeparator: \.isNewline).compactMap { $0.split(separator: ":").first.map(Self.module) })
        }
        blocked = Self.blocked(files)
    }

    func state(of module: String) -> State {
        if loaded.contains(module) || builtIn.contains(module) { return .available }
        if let listed {
            guard listed.contains(module) else { return .missing }
            return blocked[module].map { .blocked(by: $0) } ?? .available
        }
        let others = files.names(in: "/lib/modules") ?? []
        if others.isEmpty { return .unknown }
        // Such as after an upgrade that replaced the running kernel.
        return .missing
    }

    /// The way to get a module.
    func remedy(for module: String) -> String {
        guard listed != nil else {
            return "reboot: the modules of the running kernel \(release) are no longer installed"
        }
        let system = files.text("/etc/os-release") ?? ""
        func isSystem(_ name: String) -> Bool {
            system.split(whereSeparator: \.isNewline).contains { line in
                (line.hasPrefix("ID=") || line.hasPrefix("ID_LIKE=")) && line.contains(name)
            }
        }
        if isSystem("ubuntu") { return "apt install linux-modules-extra-\(release)" }
        if isSystem("debian") && release.contains("cloud") {
            return "install a kernel image without \"cloud\" in its name, such as linux-image-amd64, and reboot"
        }
        if isSystem("fedora") || isSystem("rhel") {
            return "dnf install kernel-modules-\(release), and try: modprobe \(module)"
        }
        if isSystem("suse") { return "install kernel-default in place of kernel-default-base, and reboot" }
        if isSystem("alpine") { return "install linux-lts in place of linux-virt, and reboot" }
        return "install the package with all modules of this kernel, and try: modprobe \(module)"
    }

    private static func rows(_ files: HostFiles, _ path: String) -> [Substring] {
        (files.text(path) ?? "").split(whereSeparator: \.isNewline)
    }

    /// `kernel/drivers/net/macvlan.ko.xz` is `macvlan`.
    private static func module(_ path: Substring) -> String {
        let name = path.split(separator: "/").last ?? path
        return plain(name.split(separator: ".").first ?? name)
    }

    /// The kernel writes `-` as `_` in names of modules.
    private static func plain(_ name: Substring) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// Reads which modules are excluded: `blacklist` keeps the kernel's requests by alias out, `install … /bin/false`
    /// every request (modprobe.d(5)).
    private static func blocked(_ files: HostFiles) -> [String: String] {
        var blocked: [String: String] = [:]
        for folder in ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"] {
            for name in files.names(in: folder) ?? [] where name.hasSuffix(".conf") {
                for row in rows(files, "\(folder)/\(name)") {
                    let words = row.split(whereSeparator: \.isWhitespace)
                    guard words.count > 1 else { continue }
                    let isInstall = words[0] == "install" && words.count > 2
                    let command = isInstall ? words[2].split(separator: "/").last ?? "" : ""
                    guard words[0] == "blacklist" || command == "false" || command == "true" else { continue }
                    let module = plain(words[1])
                    if blocked[module] == nil { blocked[module] = "\(folder)/\(name)" }
                }
            }
        }
        return blocked
    }
}
