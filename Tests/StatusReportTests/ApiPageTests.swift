import ControlAPI
import TestSupport
import Testing

/// Compares `docs/api.md` with the documents, so that no field is missing there and none is invented.
@Suite("The page about the control socket")
struct ApiPageTests {
    private static let root = String(#filePath.dropLast("Tests/StatusReportTests/ApiPageTests.swift".count))
    private let page: String

    init() throws { page = try readTextFile("\(Self.root)docs/api.md") }

    private static let route = HostRouteDocument(destination: "d", link: "l", source: "s", table: 1, vrf: "v")
    private static let conflict = ConflictDocument(address: "a", macAddress: "m")
    private static let endpoint = EndpointDocument(
        id: "i", container: "c", addresses: [], macAddress: "m", conflicts: [conflict])
    private static let state = NetworkStateDocument(.blocked, link: "l", reason: "r")
    private static let access = HostAccessDocument(shim: "s", routes: [route])
    private static let subnet = SubnetDocument(subnet: "s", gateway: "g")
    private static let network = NetworkDocument(
        id: "i", name: "n", kind: "k", mode: "m", flag: "f", parent: "p", lowestLink: "l", subnets: [subnet],
        state: state, hostAccess: access, hostRoutes: [route], endpoints: [endpoint])
    private static let link = LinkDocument(
        name: "n", role: .vlan, kind: "k", mtu: 1, macAddress: "m", lower: "l", master: "m", vlan: 1)
    private static let daemon = DaemonDocument(version: "v", startedAt: 0, processID: 1, canUseLAN: true)
    private static let event = EventDocument(position: 1, time: 0, level: "l", message: "m")

    /// A document of each type with all optional fields, by the heading in the page.
    private static let documents: [String: any Encodable & Sendable] = [
        "Status": StatusDocument(daemon: daemon), "Daemon": daemon, "Network": network, "Subnet": subnet,
        "Network state": state, "Host access": access, "Host route": route, "Endpoint": endpoint,
        "Conflict": conflict, "Link": link, "Events": EventsDocument(), "Event": event,
        "Reconciliation": ReconcileDocument(), "Garbage": GarbageDocument(),
        "Garbage request": GarbageRequest(asOf: 0), "Error": ErrorDocument(error: "e"),
    ]

    /// The keys of a JSON object.
    private struct Keys: Decodable {
        let names: Set<String>

        private struct Key: CodingKey {
            let stringValue: String
            let intValue: Int? = nil
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            names = Set(try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue))
        }
    }

    private static func keys(_ document: some Encodable) throws -> Set<String> {
        try #require(ControlJSON.read(Keys.self, from: ControlJSON.bytes(of: document))).names
    }

    private func fields(below heading: String) throws -> [String] {
        let start = try #require(page.firstRange(of: "\n### \(heading)\n"), "no heading \(heading)").upperBound
        let section = page[start...].prefix(upTo: page[start...].firstRange(of: "\n##")?.lowerBound ?? page.endIndex)
        return section.matches(of: /\n\| `([A-Za-z]+)` \|/).map { String($0.1) }
    }

    @Test("The page has exactly the fields of each document, each once", arguments: documents.keys.sorted())
    func fields(of heading: String) throws {
        let document = try #require(Self.documents[heading])
        let described = try fields(below: heading)
        #expect(described.sorted() == (try Self.keys(document)).sorted())
    }

    @Test("Every document of the API has a heading in the page")
    func types() throws {
        let folder = "\(Self.root)Sources/ControlAPI"
        var types: Set<String> = []
        for name in try namesInDirectory(folder) {
            let source = try readTextFile("\(folder)/\(name)")
            types.formUnion(source.matches(of: /\npackage struct ([A-Za-z]+): Codable/).map { String($0.1) })
        }
        let known = Self.documents.values.map { "\(type(of: $0))" }
        #expect(types == Set(known))
    }

    @Test("The page has exactly the paths that exist, with their methods")
    func paths() throws {
        let rows = page.matches(of: /\n\| (`\/[^|]*) \| (GET|POST) \|/)
        var methods: [String: String] = [:]
        for row in rows {
            for path in row.1.split(separator: ", ") { methods[path.filter { $0 != "`" }] = String(row.2) }
        }
        let expected = ControlPath.allCases.map { ($0.rawValue, $0.changesSomething ? "POST" : "GET") }
        #expect(methods == Dictionary(uniqueKeysWithValues: expected))
    }
}
