import Netlink
package import NetworkTypes

extension RouteClient where Transport: ~Copyable {
    /// Lists the entries of a link in the neighbor tables of both families.
    ///
    /// The kernel does the filtering (`neigh_dump_table` in net/core/neighbour.c).
    package mutating func neighbors(on link: InterfaceIndex) throws(RouteError) -> [NeighborMessage] {
        let request = { () throws(EncodingError) in try NeighborMessage.dump(link) }
        return try dump("list the neighbors on link index \(link)", request) { (message) throws(DecodingError) in
            try NeighborMessage(decoding: message)
        }
    }

    /// Adds an entry, or replaces the one with the same address on its link, in one step.
    package mutating func put(_ neighbor: NeighborMessage, linkName name: String) throws(RouteError) {
        try execute("add neighbor \(neighbor.address) to link \"\(name)\"") { () throws(EncodingError) in
            try neighbor.addition()
        }
    }

    /// Removes the entry of an address, whoever added it; the kernel refuses this if there is none (`ENOENT`).
    package mutating func remove(_ neighbor: NeighborMessage, linkName name: String) throws(RouteError) {
        try execute("remove neighbor \(neighbor.address) from link \"\(name)\"") { () throws(EncodingError) in
            try neighbor.removal()
        }
    }
}
