/// The options that are the engine's own: it handles them before it calls a driver, and shows them to it nevertheless.
package enum EngineOptions {
    /// Whether a key is one of them, so that a driver lets it pass.
    ///
    /// The MTU has such a name and is left to drivers all the same (moby, libnetwork/netlabel).
    package static func contains(_ key: String) -> Bool {
        key.hasPrefix("com.docker.network.") && key != "com.docker.network.driver.mtu"
    }
}
