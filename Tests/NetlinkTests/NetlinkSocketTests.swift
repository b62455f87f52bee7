import CMNL
import Glibc
import Netlink
import NetlinkTestKit
import NetworkTypes
import SystemCalls
import TestSupport
import Testing

@Suite("NetlinkSocket")
struct NetlinkSocketTests {
    @Test("NetlinkSocket receives the kernel's answers")
    func answers() throws {
        var connection = NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }
        var found: [Int32] = []
        try connection.execute(try loopback()) { (message) throws(DecodingError) in
            found.append(try message.header(as: ifinfomsg.self).ifi_index)
        }
        #expect(found == [1])
    }

    @Test("NetlinkSocket receives the kernel's message when it refuses an unknown request")
    func strict() throws {
        var connection = NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }
        var request = MessageBuilder(type: UInt16(RTM_GETLINK), flags: UInt16(NLM_F_DUMP))
        // Strict checking is on: without it the kernel would ignore the wrong header and dump all links.
        try request.putHeader(
            ifinfomsg(ifi_family: 0, __ifi_pad: 0, ifi_type: 0, ifi_index: 0, ifi_flags: 1, ifi_change: 0))
        let error = #expect(throws: NetlinkError.self) {
            try connection.execute(request)
        }
        guard case .refused(let refusal) = error else {
            Issue.record("not refused but \(String(describing: error))")
            return
        }
        #expect(refusal.errno == Errno(code: EINVAL))
        #expect(refusal.message?.isEmpty == false)
    }

    @Test("NetlinkSocket is close-on-exec")
    func closeOnExec() throws {
        let socket = try NetlinkSocket.open()
        let netlinkSockets = (0..<1024).filter { domain(of: $0) == AF_NETLINK } as [Int32]
        #expect(!netlinkSockets.isEmpty)
        for descriptor in netlinkSockets {
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0, "descriptor \(descriptor)")
        }
        _ = consume socket
    }

    @Test("NetlinkSocket receives no datagrams from other processes")
    func refusesOthers() throws {
        var socket = try NetlinkSocket.open()
        try socket.send(try loopback().message(sequence: 1))
        let answer = try socket.receive()
        let port = try #require(try withMessage(answer) { $0.portID })
        #expect(port != 0)

        let stranger = Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), NETLINK_ROUTE)
        defer { close(stranger) }
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_pid = port
        let forged = wireAcknowledgement(request: try loopback().message(sequence: 2), sequence: 2)
        let sent = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(stranger, forged, forged.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
            }
        }
        let error = errno
        #expect(sent == -1)
        #expect(error == ECONNREFUSED)
    }

    @Test("NetlinkSocket fails when nothing arrives within its time limit", .timeLimit(.minutes(10)))
    func timeLimit() throws {
        var socket = try NetlinkSocket.open(timeLimit: .milliseconds(20))
        #expect(throws: SystemError(call: "recv(AF_NETLINK)", errno: .tryAgain)) { try socket.receive() }
    }

    @Test("NetlinkSocket reports why it cannot send")
    func unsendable() throws {
        var socket = try NetlinkSocket.open()
        // No socket buffer is that large.
        let error = #expect(throws: SystemError.self) {
            try socket.send(Array(repeating: 0, count: 64 << 20))
        }
        #expect(error?.call == "send(AF_NETLINK)")
    }

    @Test("NetlinkSocket passes one fault point before the kernel acts and one after")
    func faultPoints() async throws {
        let directory = try TemporaryDirectory()
        let faults = try FaultFile(path: directory.file("faults"))
        await #expect(processExitsWith: .success) { [path = faults.path as String] in
            setenv(FaultFile.variable, path, 1)
            var socket = try NetlinkSocket.open()
            try socket.send(try NetlinkSocketTests().loopback().message(sequence: 1))
            _ = try socket.receive()
        }
        #expect(faults.passages == 2)
    }

    private func loopback() throws -> MessageBuilder {
        var request = MessageBuilder(type: UInt16(RTM_GETLINK), flags: UInt16(NLM_F_ACK))
        try request.putHeader(
            ifinfomsg(ifi_family: 0, __ifi_pad: 0, ifi_type: 0, ifi_index: 1, ifi_flags: 0, ifi_change: 0))
        return request
    }

    private func domain(of descriptor: Int32) -> Int32? {
        var domain: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 ? domain : nil
    }
}
