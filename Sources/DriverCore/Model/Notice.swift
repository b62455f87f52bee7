package import NetworkTypes

/// An event or failed action that users should know about and that is no reason to refuse a call.
///
/// Each notice is built by a function next to the rule that it comes from.
package struct Notice: Hashable, Sendable {
    package enum Severity: Hashable, Sendable {
        /// Something changed, and everything works.
        case information
        /// Something that users need does not work.
        case problem
    }

    /// The subject of a notice; the log is rate-limited per subject.
    package enum Subject: Hashable, Sendable {
        case link(String)
        case network(NetworkID)
        case endpoint(EndpointID)
        case route(to: IPPrefix)
        /// Something without a name, such as a step that failed.
        case event(String)
    }

    /// One sentence for the log.
    package let message: String
    package let severity: Severity
    package let subject: Subject
    /// The network that the notice concerns; nil if it concerns none, or several.
    package let network: NetworkID?

    init(_ message: String, _ severity: Severity = .information, about subject: Subject, in network: NetworkID? = nil) {
        self.message = message
        self.severity = severity
        self.subject = subject
        if case .network(let id) = subject { self.network = id } else { self.network = network }
    }
}

extension Notice: CustomStringConvertible {
    package var description: String { message }
}
