import ControlAPI
import Foundation

/// What the page shows, in words that a status document can be compared with.
struct ShownPage: Hashable, Decodable {
    struct Network: Hashable, Decodable {
        var id: String
        var name: String
        var parent: String
        var vlan: String
        var kind: String
        var subnets: [String]
        var endpoints: [[String]]
        var state: String
        var reason: String
    }

    var summary: String
    var version: String
    var networks: [Network]

    /// Reads the page.
    init(of browser: Browser) throws {
        let text = try browser.value(Self.script, as: String.self)
        self = try JSONDecoder().decode(ShownPage.self, from: Data(text.utf8))
    }

    /// What a page for the document must show; networks are sorted by identifier.
    init(for status: StatusDocument) {
        summary = status.summary
        version = status.daemon?.version ?? ""
        networks = status.networks.map { network in
            let kind = [network.kind, network.mode, network.flag ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
            return Network(
                id: network.id, name: network.label, parent: network.parent,
                vlan: network.vlans.map(String.init).joined(separator: "."),
                kind: kind + (network.isInternal ? ", internal" : ""), subnets: network.subnets.map(\.subnet),
                endpoints: network.endpoints.map { endpoint in
                    [endpoint.label] + endpoint.addresses.map { String($0.prefix { $0 != "/" }) }
                        + (endpoint.hasJoined ? [] : ["not started"])
                },
                state: network.state.name == .blocked ? "blocked" : network.state.description,
                reason: network.state.reason ?? "")
        }.sorted { $0.id < $1.id }
    }

    private static let script = """
        (() => {
            const text = (row, label) => row.querySelector(`[data-label="${label}"] > div`)?.firstChild?.textContent ?? "";
            const all = (row, selector) => [...row.querySelectorAll(selector)];
            return JSON.stringify({
                summary: document.getElementById("summary").textContent,
                version: document.getElementById("daemon").textContent.split(/[ ,]+/)[1] ?? "",
                networks: all(document, "#rows > tr").map((row) => ({
                    id: row.dataset.network, name: text(row, "Network"), parent: text(row, "Parent"),
                    vlan: text(row, "VLAN"), kind: text(row, "Kind"), state: text(row, "State"),
                    subnets: all(row, '[data-label="Subnets"] > div > div').map((line) => line.textContent),
                    endpoints: all(row, ".endpoints li").map((item) => [...item.children].map((part) => part.textContent)),
                    reason: row.querySelector(".reason")?.textContent ?? "",
                })).sort((one, other) => one.id < other.id ? -1 : 1),
            });
        })()
        """
}
