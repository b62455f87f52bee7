/// The options that are the engine's own: it handles them before it calls a driver, and shows them to it nevertheless.
package enum DockerEngineOptions {
    /// Docker's name for the MTU: named like one of the engine's and left to drivers all the same (moby,
    /// libnetwork/netlabel).
    package static let mtu = "com.docker.network.driver.mtu"

    /// Whether a key is one of them, so that a driver lets it pass.
    package static func contains(_ key: String) -> Bool { key.hasPrefix("com.docker.network.") && key != mtu }
}
