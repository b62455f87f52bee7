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

    /// One sentence for the log.
    package let message: String
    package let severity: Severity
    /// The link, network or route that it is about: of one that changes all the time only so much is logged.
    package let subject: String

    init(_ message: String, _ severity: Severity = .information, about subject: String) {
        self.message = message
        self.severity = severity
        self.subject = subject
    }

    init(_ message: String, _ severity: Severity = .information, aboutLink link: String) {
        self.init(message, severity, about: "link \(link)")
    }

    init(_ message: String, _ severity: Severity = .information, about network: NetworkID) {
        self.init(message, severity, about: "network \(network.short)")
    }
}

extension Notice: CustomStringConvertible {
    package var description: String { message }
}
