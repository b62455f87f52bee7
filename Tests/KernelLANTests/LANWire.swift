import DriverCore
import KernelTestKit
import Logging
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@testable import KernelLAN

/// A veth pair from a host's parent `p0`, in the calling thread's namespace, to a LAN host's `p1` in another. The kernel adds
/// no addresses, so that it sends nothing by itself.
final class LANWire {
    let parent: LinkMessage
    let other: OtherNetworkNamespace
    let far: LinkMessage
    let client: LANClient

    init(_ kernel: inout RouteClient<NetlinkSocket>, logger: Logger = Logger(label: "test")) throws {
        other = try OtherNetworkNamespace()
        _ = try kernel.makePair("p0", "p1")
        try kernel.alter(kernel.existing("p1"), namespace: other.descriptor)
        try Self.setUp("p0", &kernel)
        try Self.setUp("p1", &other.client)
        parent = try kernel.existing("p0")
        far = try other.client.existing("p1")
        client = LANClient(logger: logger)
        try client.start()
        try waitUntilOpen()
    }

    deinit { client.stop() }

    /// Waits until both ends can send: the kernel notices the carrier late (net/core/link_watch.c).
    private func waitUntilOpen() throws {
        let unused = try address("10.255.255.255")
        var near = try PacketSocket.open(on: parent.index, hearing: [unused])
        var far = try hearFar("10.255.255.255")
        var (hasNear, hasFar) = (false, false)
        try waitFor("both ends to send") {
            try near.send(.announcement(of: unused, from: mac(0)))
            try far.send(.announcement(of: unused, from: mac(0)))
            try near.receive(limit: 1) { _ in hasNear = true }
            try far.receive(limit: 1) { _ in hasFar = true }
        } until: { _ in
            hasNear && hasFar
        }
        try waitFor("the parent to run") {
            try near.isRunning()
        } until: {
            $0
        }
    }

    private static func setUp(_ text: String, _ client: inout RouteClient<NetlinkSocket>) throws {
        let link = try client.existing(text)
        if link.ipv6AddressGeneration != nil {
            try client.change(link.index, named: text, LinkChanges(ipv6AddressGeneration: .noAddress))
        }
        try client.change(link.index, named: text, LinkChanges(isUp: true))
    }

    /// Runs a body in the LAN host's namespace.
    func within<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value { try other.within(body) }

    /// Gives the LAN host an address, for which its kernel answers from then on.
    func addToFar(_ text: String) throws {
        let prefix = try prefix(text)
        let message = AddressMessage(link: far.index, prefix: prefix, flags: .noDuplicateDetection)
        try other.client.add(message, linkName: "p1")
        guard case .v6(let address) = prefix.address else { return }
        // The kernel joins the group of the address a little later (`addrconf_dad_work` in net/ipv6/addrconf.c).
        let group = address.solicitedNode.octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try within {
            _ = try waitFor("the group", reading: { try readTextFile("/proc/thread-self/net/igmp6") }) {
                $0.contains(group)
            }
        }
    }

    /// Opens a socket of the LAN host.
    func hearFar(_ addresses: String...) throws -> PacketSocket {
        try within { try PacketSocket.open(on: far.index, hearing: try addresses.map { try address($0) }) }
    }

    /// Asks about addresses on the parent; returns the answers, of which there is at most one.
    func ask(_ addresses: String..., from sender: MACAddress = mac(1), timeout: Int = 1000) throws -> Answers {
        let answers = Answers()
        let id = try #require(EndpointID(String(repeating: "e", count: 64)))
        let question = ConflictQuestion(
            about: id, at: sender, on: parent.index, from: sender, addresses: try addresses.map { try address($0) },
            timeout: .milliseconds(timeout))
        client.ask(question, answers.add)
        return answers
    }

    /// Waits for the next bytes that a socket receives.
    static func next(_ socket: inout PacketSocket) throws -> [UInt8] {
        var bytes: [UInt8]?
        try waitFor("a frame") {
            try waitForInput([socket.descriptor], milliseconds: 1000)
            bytes = try socket.receive()
        } until: { _ in
            bytes != nil
        }
        return try #require(bytes)
    }
}

extension Answers {
    /// Waits for the answer.
    func only() throws -> ConflictAnswer {
        try waitFor("an answer", reading: { all }) { !$0.isEmpty }
        return try #require(all.first)
    }
}
