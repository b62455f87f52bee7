import ControlAPI
import DockerAPI
import Doctor
import Spelling

/// What the argument of `swiftvlan doctor` means.
enum DoctorTarget {
    /// Returns the network with a name or the only one with a prefix of an identifier, or else the networks of such a
    /// container.
    ///
    /// A name comes before a prefix. Throws if several match, with their names, and if none does.
    static func networks(_ text: String, in facts: DoctorFacts) throws(ControlError) -> [NetworkDocument] {
        let networks = facts.status.networks
        let containers = facts.docker?.containers ?? []
        if let network = networks.first(where: { $0.name == text || $0.id == text }) { return [network] }
        if let container = containers.first(where: { $0.name == text || $0.id == text }) {
            return try self.networks(of: container, in: facts)
        }
        let found = networks.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        let foundContainers = containers.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        guard found.count + foundContainers.count <= 1 else {
            let names =
                found.map { "network \($0.label) (\($0.id.prefix(12)))" }
                + foundContainers.map { "container \($0.name) (\($0.id.prefix(12)))" }
            throw ControlError(
                description: "\"\(Terminal.escaped(text))\" matches several: "
                    + "\(Terminal.escaped(names.sorted().joined(separator: ", "))); use more of an identifier")
        }
        if let container = foundContainers.first { return try self.networks(of: container, in: facts) }
        guard found.isEmpty else { return found }
        throw unknown(text, among: networks.compactMap(\.name) + containers.map(\.name))
    }

    private static func networks(
        of container: DockerContainer, in facts: DoctorFacts
    ) throws(ControlError) -> [NetworkDocument] {
        // A container that never ran may have only the names of its networks.
        let places = Set(container.networks.flatMap { [$0.key, $0.value.networkID] })
        let found = facts.status.networks.filter { places.contains($0.id) || $0.name.map(places.contains) ?? false }
        guard found.isEmpty else { return found }
        throw ControlError(
            description: "container \(Terminal.escaped(container.name)) is in no network of swiftvlan; "
                + "swiftvlan status lists the networks")
    }

    private static func unknown(_ text: String, among names: [String]) -> ControlError {
        let advice = nearest(to: text, among: names).map { "did you mean \(Terminal.escaped($0))?" }
        return ControlError(
            description: "swiftvlan has no network \"\(Terminal.escaped(text))\", and Docker no container of this "
                + "name; " + (advice ?? "swiftvlan status lists the networks"))
    }
}
