import Spelling

/// The treatment of Docker's own options, `com.docker.network.…`.
///
/// Docker passes all of them to every driver, whether it handles them itself or expects the driver to. None is ignored:
/// the driver handles it, the engine handles it, or it is refused. The table is in `DockerEngineOptions+Table`.
package enum DockerEngineOptions {
    static let prefix = "com.docker.network."

    /// The MTU, which Docker leaves to drivers (moby libnetwork/netlabel/labels.go).
    static let mtu = prefix + "driver.mtu"
    /// The prefix of the names of containers' interfaces, which Docker leaves to drivers.
    static let interfacePrefix = prefix + "container_iface_prefix"
    /// The MAC address that the user asked for, which the engine sends twice.
    package static let macAddress = prefix + "endpoint.macaddress"

    /// Whether a name has Docker's prefix. The engine's notes to drivers have it too, and values of any type.
    package static func contains(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// The place where a user gives an option.
    enum Place: Sendable {
        /// `docker network create -o`, and `default-network-opts` in daemon.json.
        case network
        /// `--driver-opt` of `docker run` and `docker network connect`.
        case endpoint
    }

    /// The treatment of an option that this driver does not handle.
    enum Treatment: Hashable, Sendable {
        /// The engine handles it for every driver.
        case engine
        /// A note from the engine to drivers, which has no effect here.
        case note
        case refused(why: String, instead: String)
    }

    /// Returns the treatment of an option; nil if no version of the engine knows it.
    static func treatment(of name: String, in place: Place) -> Treatment? {
        guard contains(name) else { return nil }
        let rest = String(name.dropFirst(prefix.count))
        if let entry = table[rest] { return place == .network ? entry.network : entry.endpoint }
        // `bridge.mtu` is a misspelled `driver.mtu`, not a bridge option.
        guard !ownNames.contains(where: { lastWord(of: $0) == lastWord(of: rest) }) else { return nil }
        return families.first { rest.hasPrefix($0.prefix) }?.treatment
    }

    /// Returns those of a container's Docker options that no known version of the engine has.
    ///
    /// The user or a newer engine may have given them.
    package static func unknown(among names: some Sequence<String>) -> [String] {
        names.filter { contains($0) && !ownNames.contains($0) && treatment(of: $0, in: .endpoint) == nil }.sorted()
    }

    /// Returns the name that a misspelled one most likely means; nil if none is close.
    ///
    /// Candidates are `known` and the Docker names that are valid in this place.
    static func nearestName(to name: String, among known: [String], in place: Place) -> String? {
        let dockerNames = ownNames + table.keys.map { prefix + $0 }.filter { treatment(of: $0, in: place) == .engine }
        let candidates = (known.filter { !contains($0) } + dockerNames).sorted()
        // Without the common prefix, which would make any two names similar.
        let spelled = contains(name) ? String(name.dropFirst(prefix.count)) : name
        if let meant = misspellings[spelled] { return prefix + meant }
        // Names with Docker's prefix are compared only with each other, and so are names without it.
        let alike = candidates.filter { contains($0) == contains(name) }
        if let near = nearest(to: spelled, among: alike.map(withoutPrefix)) {
            return alike.first { withoutPrefix($0) == near }
        }
        // `com.docker.network.mtu` and `container_iface_prefix`: right word, wrong place.
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
