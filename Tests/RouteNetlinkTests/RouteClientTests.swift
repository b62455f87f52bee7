import Glibc
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@Suite("RouteClient")
struct RouteClientTests {
    private let request = [UInt8](repeating: 0, count: 16)

    @Test("An error of RouteClient names the operation, the links and the kernel's reason")
    func sentences() throws {
        let link = try newLink("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: 3)
        let route = try Routes.defaultV4()
        let own = try address("10.1.0.2/24")
        let three = try index(3)
        let name = try name("mv0")
        let reason = "Device or resource busy (EBUSY): taken"
        try expect(
            refused { try $0.create(link, parentName: "eth0") },
            equals: "create macvlan link \"mv0\" on \"eth0\": \(reason)")
        try expect(refused { try $0.create(link) }, equals: "create macvlan link \"mv0\": \(reason)")
        try expect(refused { try $0.delete(three, named: "mv0") }, equals: "delete link \"mv0\": \(reason)")
        try expect(refused { _ = try $0.link(named: name) }, equals: "find link \"mv0\": \(reason)")
        try expect(refused { _ = try $0.link(at: three) }, equals: "find link index 3: \(reason)")
        try expect(refused { _ = try $0.links() }, equals: "list the links: \(reason)")
        try expect(refused { _ = try $0.routes(.ipv6) }, equals: "list the IPv6 routes: \(reason)")
        try expect(
            refused { try $0.add(own, linkName: "p0") }, equals: "add address 10.1.0.2/24 to link \"p0\": \(reason)"
        )
        try expect(
            refused { try $0.remove(own, linkName: "p0") },
            equals: "remove address 10.1.0.2/24 from link \"p0\": \(reason)")
        try expect(refused { try $0.add(route) }, equals: "add route to 0.0.0.0/0: \(reason)")
        try expect(refused { try $0.remove(route) }, equals: "remove route to 0.0.0.0/0: \(reason)")
    }

    @Test("RouteClient returns nil for a link that does not exist")
    func missing() throws {
        let kernel = KernelScript(
            .answer { [request] in wireAcknowledgement(errno: ENODEV, request: request, sequence: $0) })
        var client = client(of: kernel)
        let found = try client.link(named: try name("eth9"))
        #expect(found == nil)
        #expect(kernel.openings == 1)
    }

    @Test("RouteClient omits messages of other types and families from its lists")
    func omits() throws {
        let link = try #require(try Vector("reply-link-dummy").messages.first)
        let kernel = KernelScript(
            .answer { sequence in
                let gone = wireMessage(type: 17, sequence: sequence, Array(link.dropFirst(16)))
                let here = wireMessage(type: 16, sequence: sequence, Array(link.dropFirst(16)))
                return gone + here + wireMessage(type: 3, sequence: sequence, [0, 0, 0, 0])
            })
        var client = client(of: kernel)
        try expect(client.links().map(\.name), equals: ["dm0"])

        // A route of family 28, MPLS.
        let others = KernelScript(
            .answer { wireMessage(type: 24, sequence: $0, [28] + Array(repeating: 0, count: 11)) + done($0) })
        var other = self.client(of: others)
        try expect(other.routes(.ipv4), equals: [])
    }

    @Test("RouteClient refuses a request that does not fit before it sends anything")
    func unencodable() throws {
        let kernel = KernelScript()
        var client = client(of: kernel)
        let error = #expect(throws: RouteError.self) {
            try client.change(try index(3), named: "p0", LinkChanges(alias: String(repeating: "a", count: 5000)))
        }
        #expect(error?.cause == .unencodable(.messageTooLong(capacity: 4096)))
        #expect(kernel.openings == 0)
    }

    /// Returns the error message of an operation that the kernel refuses.
    private func refused(_ operation: (inout RouteClient<ScriptedTransport>) throws -> Void) throws -> String {
        let kernel = KernelScript(
            .answer { [request] in
                let text = wireAttribute(1, Array("taken\0".utf8))
                return wireAcknowledgement(errno: EBUSY, request: request, attributes: text, sequence: $0)
            })
        var client = client(of: kernel)
        let error = #expect(throws: RouteError.self) { try operation(&client) }
        #expect(error?.errno == .busy)
        return try #require(error).description
    }

    private func client(of kernel: KernelScript) -> RouteClient<ScriptedTransport> {
        RouteClient(NetlinkConnection { () throws(SystemError) in kernel.open() })
    }
}

/// Returns the message that ends a dump.
private func done(_ sequence: UInt32) -> [UInt8] { wireMessage(type: 3, sequence: sequence, [0, 0, 0, 0]) }
