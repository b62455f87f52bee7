import Foundation
import Testing

/// A running container, inspected in its network namespace with the machine's tools.
struct Container: Sendable {
    let machine: MachineFixture
    let name: String
    let pid: String

    /// A link in the output of `ip -j addr`.
    struct Interface: Decodable {
        struct Address: Decodable {
            let local: String
            let prefixlen: Int
            let scope: String
        }

        let ifname: String
        let address: String?
        let mtu: Int
        let addr_info: [Address]
    }

    /// Runs a command in the container's network namespace.
    @discardableResult
    func inside(_ command: String) async throws -> String {
        try await machine.run("nsenter -t \(pid) -n \(command)")
    }

    /// The interface that the engine named `eth0`.
    func interface(_ name: String = "eth0") async throws -> Interface {
        let json = try await inside("ip -j addr show dev \(name)")
        return try #require(try JSONDecoder().decode([Interface].self, from: Data(json.utf8)).first)
    }

    /// The global addresses of `eth0`, as `ADDRESS/LENGTH`.
    func addresses() async throws -> Set<String> {
        let global = try await interface().addr_info.filter { $0.scope == "global" }
        return Set(global.map { "\($0.local)/\($0.prefixlen)" })
    }

    /// The addresses of one family without their lengths; the first is what a ping is sent to.
    func address(_ family: Family) async throws -> String {
        let all = try await addresses().compactMap { $0.split(separator: "/").first.map(String.init) }
        return try #require(all.first { $0.contains(":") == (family == .ipv6) })
    }

    enum Family { case ipv4, ipv6 }

    /// The routes of both families, except those to link-local and multicast addresses.
    func routes() async throws -> [String] {
        let text = try await inside("ip route") + "\n" + inside("ip -6 route")
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        return lines.filter { !$0.hasPrefix("fe80") && !$0.hasPrefix("multicast") }
    }

    /// Returns whether the container can ping an address, with these arguments of `ping`.
    func reaches(_ address: String, _ arguments: String = "") async throws -> Bool {
        try await machine.pings(address, arguments, with: "nsenter -t \(pid) -n", tries: 30)
    }

    /// Returns whether the container cannot reach an address: two pings get no answer.
    func isCutOff(from address: String, _ arguments: String = "") async throws -> Bool {
        try await !machine.pings(address, arguments, with: "nsenter -t \(pid) -n", tries: 2)
    }
}
