/// The options of one endpoint, `--driver-opt key=value` of `docker run` and `docker network connect`.
///
/// This driver has none of its own; those of the engine pass.
package struct EndpointOptions: Hashable, Sendable {
    private static let enginePrefix = "com.docker.network."

    package init(_ options: [String: String]) throws(DriverError) {
        let foreign = options.filter { !$0.key.hasPrefix(Self.enginePrefix) }
        guard let (name, value) = foreign.min(by: { $0.key < $1.key }) else { return }
        throw .unknownEndpointOption(name: name, value: value)
    }
}
