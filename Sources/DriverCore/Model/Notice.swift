package import NetworkTypes

/// What the driver has done, or has not done yet, that users should know and that is no reason to refuse a call.
///
/// Each notice is built by a function beside the rule that it comes from.
package struct Notice: Hashable, Sendable {
    package enum Severity: Hashable, Sendable {
        /// Something has changed, and all works.
        case information
        /// Something does not work that somebody wants to.
        case problem
    }

    /// What a notice is about. Of a subject that changes all the time only so much is logged.
    package enum Subject: Hashable, Sendable {
        case link(String)
        case network(NetworkID)
        case endpoint(EndpointID)
        case route(to: IPPrefix)
        /// Something without a name of its own, such as a step that failed.
        case event(String)
    }

    /// One sentence for the log.
    package let message: String
    package let severity: Severity
    package let subject: Subject

    init(_ message: String, _ severity: Severity = .information, about subject: Subject) {
        self.message = message
        self.severity = severity
        self.subject = subject
    }
}

extension Notice: CustomStringConvertible {
    package var description: String { message }
}
