import Spelling

/// The options that have names of Docker's, `com.docker.network.…`: what becomes of each here.
///
/// Docker hands all of them to every driver, whether it carries them out itself or expects the driver to. None is
/// swallowed: this driver does it, the engine does it, or it is refused. The table is in `DockerEngineOptions+Table`.
package enum DockerEngineOptions {
    static let prefix = "com.docker.network."

    /// The MTU, which Docker leaves to drivers (moby, libnetwork/netlabel).
    static let mtu = prefix + "driver.mtu"
    /// What the names of containers' interfaces begin with, which Docker leaves to drivers.
    static let interfacePrefix = prefix + "container_iface_prefix"
    /// The MAC address that the user asked for, which the engine sends twice.
    package static let macAddress = prefix + "endpoint.macaddress"

    /// Whether a name is one of Docker's. The engine's notes to drivers have such names too, and any shape.
    package static func contains(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// Where a user writes an option.
    enum Place: Sendable {
        /// `docker network create -o`, and `default-network-opts` in daemon.json.
        case network
        /// `--driver-opt` of `docker run` and `docker network connect`.
        case endpoint
    }

    /// What becomes of an option that this driver does not carry out.
    enum Treatment: Hashable, Sendable {
        /// The engine carries it out, whatever the driver is.
        case engine
        /// A note from the engine to drivers, without an effect here.
        case note
        case refused(why: String, instead: String)
    }

    /// What becomes of an option; nil when no version of the engine knows it.
    static func treatment(of name: String, in place: Place) -> Treatment? {
        guard contains(name) else { return nil }
        let rest = String(name.dropFirst(prefix.count))
        if let entry = table[rest] { return place == .network ? entry.network : entry.endpoint }
        // `bridge.mtu` is a misspelled `driver.mtu`, not an option of bridges.
        guard !ownNames.contains(where: { lastWord(of: $0) == lastWord(of: rest) }) else { return nil }
        return families.first { rest.hasPrefix($0.prefix) }?.treatment
    }

    /// The names in a container's options that no version of the engine known here has. A user may have written them,
    /// and so may a newer engine.
    package static func unknown(among names: some Sequence<String>) -> [String] {
        names.filter { contains($0) && !ownNames.contains($0) && treatment(of: $0, in: .endpoint) == nil }.sorted()
    }

    /// The name that a misspelled one most likely means, or nil when none is close: one of `known`, or one of Docker's
    /// that can be used in this place.
    static func nearestName(to name: String, among known: [String], in place: Place) -> String? {
        let dockers = ownNames + table.keys.map { prefix + $0 }.filter { treatment(of: $0, in: place) == .engine }
        let candidates = (known.filter { !contains($0) } + dockers).sorted()
        // Without what all of them begin with, which would make any two alike.
        let spelled = contains(name) ? String(name.dropFirst(prefix.count)) : name
        if let meant = misspellings[spelled] { return prefix + meant }
        // Docker's only for one of Docker's: a word alone is compared with words.
        let alike = candidates.filter { contains($0) == contains(name) }
        if let near = nearest(to: spelled, among: alike.map(withoutPrefix)) {
            return alike.first { withoutPrefix($0) == near }
        }
        // `com.docker.network.mtu` and `container_iface_prefix`: the right word in the wrong place.
        return candidates.first { lastWord(of: $0) == lastWord(of: spelled) }
    }

    private static let ownNames = [mtu, interfacePrefix]

    private static func withoutPrefix(_ name: String) -> String {
        contains(name) ? String(name.dropFirst(prefix.count)) : name
    }

    private static func lastWord(of name: String) -> Substring? {
        name.split(separator: ".", omittingEmptySubsequences: false).last
    }
}
