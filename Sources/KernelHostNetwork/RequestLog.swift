import CMNL
import Logging
import Netlink
import RouteNetlink

extension Logger {
    /// Logs each netlink request at level debug, with the offset of the attribute that the kernel objects to, if any.
    var requestTrace: RequestTrace { requestTrace(reporting: { _ in }) }

    /// Logs each netlink request, and reports why it failed if it did.
    func requestTrace(reporting onFailure: @escaping RequestFailureObserver) -> RequestTrace {
        { operation, type, duration, error in
            if let error { onFailure(RequestFailure.name(of: error)) }
            self.debug("Netlink request", metadata: Self.metadata(operation(), type, duration, error))
        }
    }

    private static func metadata(
        _ operation: String, _ type: UInt16, _ duration: Duration, _ error: NetlinkError?
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "netlink.operation": "\(operation)", "netlink.type": "\(name(ofType: type))",
            "duration_us": "\(Int64(duration / .microseconds(1)))",
        ]
        guard let error else { return metadata }
        metadata["netlink.error"] = "\(error)"
        if case .refused(let refusal) = error, let offset = refusal.offset { metadata["netlink.offset"] = "\(offset)" }
        return metadata
    }

    /// Returns the name of a message type; each table has a group of four types (linux/rtnetlink.h).
    static func name(ofType type: UInt16) -> String {
        let tables = [
            RTM_NEWLINK: "LINK", RTM_NEWADDR: "ADDR", RTM_NEWROUTE: "ROUTE", RTM_NEWNEIGH: "NEIGH", RTM_NEWNSID: "NSID",
            RTM_NEWQDISC: "QDISC", RTM_NEWTFILTER: "TFILTER",
        ]
        guard let table = tables[Int(type) & ~3] else { return "\(type)" }
        return "RTM_" + (["NEW", "DEL", "GET", "SET"][Int(type) & 3]) + table
    }
}
