extension HostFiles {
    /// Returns one of the daemon's paths in its settings, such as `socket`; nil if the file does not set it, or has no
    /// effect because the unit passes the socket and the directories.
    ///
    /// The daemon also takes settings from its command line and the environment, which a command cannot see.
    func daemonSetting(_ key: String) -> String? {
        guard !exists("/usr/lib/systemd/system/swiftvlan.socket") else { return nil }
        for line in lines("/etc/swiftvlan/swiftvlan.toml") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == key else { continue }
            let value = parts[1].split(separator: "\"", omittingEmptySubsequences: false)
            if value.count >= 3, value[0].allSatisfy(\.isWhitespace) { return String(value[1]) }
        }
        return nil
    }
}
