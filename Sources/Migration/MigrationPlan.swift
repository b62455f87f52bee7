/// The commands that move one network to swiftvlan.
package struct MigrationPlan: Hashable, Sendable {
    /// The name of the network.
    package var network: String
    package var commands: [String]

    package init(network: String, commands: [String]) {
        self.network = network
        self.commands = commands
    }
}
