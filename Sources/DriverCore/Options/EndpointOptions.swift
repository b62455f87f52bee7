/// The options of one endpoint, `--driver-opt key=value` of `docker run` and `docker network connect`.
///
/// This driver has none of its own; those of the engine pass.
package struct EndpointOptions: Hashable, Sendable {
    package init(_ options: [String: String]) throws(DriverError) {
        let foreign = options.filter { !EngineOptions.contains($0.key) }
        guard let (name, value) = foreign.min(by: { $0.key < $1.key }) else { return }
        throw .unknownEndpointOption(name: name, value: value)
    }
}
