import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

/// What the kernel has, as far as the daemon changes it.
struct HostState {
    static let shimAlias = "swiftvlan shim"

    /// A shim, with what belongs to it.
    struct Shim {
        let link: LinkMessage
        /// The daemon's entries of the neighbor table.
        let neighbors: [NeighborMessage]
        let filters: [IngressFilter]
    }

    let links: [LinkMessage]
    let addresses: [AddressMessage]
    /// The daemon's routes.
    let routes: [RouteMessage]
    let shims: [Shim]

    /// Reads the state in several requests. A link that is removed meanwhile has nothing.
    init(reading host: inout Host) throws {
        links = try host.client.links()
        addresses = try host.client.addresses()
        routes = try host.ownRoutes()
        var shims: [Shim] = []
        for link in links where link.alias == Self.shimAlias {
            do throws(RouteError) {
                let neighbors = try host.client.neighbors(on: link.index).filter { $0.protocol == Host.ownProtocol }
                shims.append(
                    Shim(link: link, neighbors: neighbors, filters: try host.client.ingressFilters(of: link.index)))
            } catch {
                guard error.errno == .noSuchDevice else { throw error }
            }
        }
        self.shims = shims
    }

    func link(_ name: String) -> LinkMessage? { links.first { $0.name == name } }

    func name(of index: InterfaceIndex?) -> String {
        links.first { $0.index == index }?.name ?? "link index \(index.map { "\($0)" } ?? "none")"
    }

    /// The addresses of a link, without IPv6 addresses that the kernel generated for a parent.
    func addresses(of link: LinkMessage) -> [IPAddress] {
        addresses.filter { $0.link == link.index }.map(\.prefix.address)
    }

    /// The address that the host uses on a link if no other is reserved: the first one.
    func ownAddress(of link: LinkMessage) -> IPAddress? {
        addresses(of: link).first { $0.family == .ipv4 && !$0.isLinkLocal }
    }
}
