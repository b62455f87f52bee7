import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

@Suite("The table of endpoints")
struct EndpointTableTests {
    private static func endpoint(
        _ id: EndpointID, _ addresses: [IPPrefix], in network: NetworkID = .first, sandbox: String? = nil
    ) -> Endpoint {
        Endpoint(id: id, networkID: network, addresses: addresses, macAddress: nil, sandbox: sandbox)
    }

    @Test("Endpoints are found by network, address and container")
    func found() {
        let web = Self.endpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"], sandbox: "a")
        let mail = Self.endpoint(.mail, ["192.168.50.10/16"], in: .second, sandbox: "a")
        let table = EndpointTable([web, mail])
        #expect(table.endpoints(of: .first) == [web])
        #expect(table.endpoints(of: .second) == [mail])
        #expect(Set(table.endpoints(with: "192.168.50.10")) == [web, mail])
        #expect(table.endpoints(with: "fd00:50::10") == [web])
        #expect(Set(table.endpoints(inSandbox: "a")) == [web, mail])
        #expect(table.endpoints(inSandbox: "b").isEmpty)
    }

    @Test("A changed endpoint is no longer found by what it had before")
    func changed() {
        var table = EndpointTable([Self.endpoint(.web, ["192.168.50.10/24"], sandbox: "a")])
        let changed = Self.endpoint(.web, ["192.168.50.11/24"], in: .second)
        table[.web] = changed
        #expect(table.endpoints(of: .first).isEmpty)
        #expect(table.endpoints(with: "192.168.50.10").isEmpty)
        #expect(table.endpoints(inSandbox: "a").isEmpty)
        #expect(table.endpoints(with: "192.168.50.11") == [changed])
        #expect(table.endpoints(of: .second) == [changed])
    }

    @Test("A removed endpoint is not found")
    func removed() {
        var table = EndpointTable([Self.endpoint(.web, ["192.168.50.10/24"], sandbox: "a")])
        table[.web] = nil
        #expect(table.all.isEmpty)
        #expect(table.endpoints(of: .first).isEmpty)
        #expect(table.endpoints(with: "192.168.50.10").isEmpty)
        #expect(table.endpoints(inSandbox: "a").isEmpty)
    }
}
