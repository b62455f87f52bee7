package import DriverCore
package import Logging

extension Logger {
    /// Logs a notice at the level of its severity, with its subject as metadata.
    package func log(_ notice: Notice, rest: String = "", metadata: Metadata = [:]) {
        let level: Level = notice.severity == .problem ? .warning : .notice
        log(level: level, "\(notice)\(rest)", metadata: metadata.merging(notice.subject.metadata) { $1 })
    }
}

extension Notice.Subject {
    fileprivate var metadata: Logger.Metadata {
        switch self {
        case .link(let name): ["link": "\(name)"]
        case .network(let id): ["network.id": "\(id)"]
        case .endpoint(let id): ["endpoint.id": "\(id)"]
        case .route(let destination): ["route": "\(destination)"]
        case .event: [:]
        }
    }
}
