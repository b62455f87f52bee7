/// A part of the move whose commands belong together: the networks on one parent, a Compose project, a Swarm network.
package struct Stage: Hashable, Sendable {
    package var title: String
    /// The networks that its commands move; none if a person must type them.
    package var networks: [String] = []
    /// What differs afterwards, or needs a person: one sentence each.
    package var notes: [String] = []
    package var move: [Line] = []
    package var back: [Line] = []

    /// A line of the script.
    package enum Line: Hashable, Sendable {
        case comment(String)
        case command([String])
        /// A command whose failure does not stop the script, because it may have been run before.
        case attempt([String])
        /// A line of shell code, already quoted.
        case code(String)
    }

    package init(_ title: String) { self.title = title }
}
