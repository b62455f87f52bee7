package import DriverCore
package import Logging
import NetworkTypes

extension Logger {
    /// Logs a notice at the level of its severity, with its subject as metadata.
    package func log(_ notice: Notice, rest: String = "", metadata: Metadata = [:]) {
        let level: Level = notice.severity == .problem ? .warning : .notice
        log(level: level, "\(notice)\(rest)", metadata: metadata.merging(notice.metadata) { $1 })
    }
}

extension Notice {
    fileprivate var metadata: Logger.Metadata {
        guard let network else { return subject.metadata }
        return subject.metadata.merging(["network.id": "\(network)"]) { $1 }
    }
}

extension NetworkParent {
    /// The parent's name and its VLAN IDs from the outermost tag, such as `50` or `100.50`.
    ///
    /// The tags are those of the VLAN sub-interfaces that swiftvlan creates; a link of the host has none here.
    package var metadata: Logger.Metadata {
        guard case .vlan(let chain, _) = self else { return ["parent": "\(linkName)"] }
        return ["parent": "\(linkName)", "vlan": "\(chain.map { "\($0.tag.id)" }.joined(separator: "."))"]
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
