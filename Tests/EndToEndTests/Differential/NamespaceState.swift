/// The links, addresses and routes of a network namespace, as `ip -d -j` prints them.
struct NamespaceState {
    let links: [Link]
    let routes: [Route]

    struct Link: Decodable {
        struct Address: Decodable {
            // Optional, because `ip` prints empty objects for entries that it omits.
            let local: String?
            let prefixlen: Int?
            let scope: String?
            let broadcast: String?
        }

        struct Kind: Decodable {
            struct Detail: Decodable {
                let mode: String?
                let `protocol`: String?
                let id: Int?
            }

            let info_kind: String?
            let info_data: Detail?
        }

        let ifname: String?
        let link: String?
        let flags: [String]?
        let mtu: Int?
        let promiscuity: Int?
        let address: String?
        let linkinfo: Kind?
        let addr_info: [Address]?
    }

    struct Route: Decodable {
        let type: String?
        let dst: String?
        let gateway: String?
        let dev: String?
        let table: String?
        let `protocol`: String?
        let scope: String?
        let prefsrc: String?
        let metric: Int?
    }
}
