import Glibc
package import NetworkTypes
import TestSupport

/// A raw socket that pings (ICMP and ICMPv6), in the network namespace of the thread that opened it.
///
/// Only one thread may use it at a time.
package final class EchoSocket: Sendable {
    private let descriptor: Int32
    private let family: AddressFamily
    private let timeLimit: Duration

    /// Opens a socket whose pings wait at most this long for their answers.
    package init(_ family: AddressFamily, timeLimit milliseconds: Int = 1000) throws {
        self.family = family
        timeLimit = .milliseconds(milliseconds)
        let number = family == .ipv4 ? AF_INET : AF_INET6
        let code = family == .ipv4 ? Int32(IPPROTO_ICMP) : Int32(IPPROTO_ICMPV6)
        descriptor = socket(number, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), code)
        guard descriptor >= 0 else { throw CallError(call: "socket(SOCK_RAW)") }
        var limit = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try receiveOnlyAnswers()
    }

    /// Blocks all other messages, which would fill the socket's buffer: one bit for each type (raw(7), RFC 3542 §3.2).
    private func receiveOnlyAnswers() throws {
        var blocked = [UInt32](repeating: UInt32.max, count: family == .ipv4 ? 1 : 8)
        if family == .ipv4 { blocked[0] &= ~1 } else { blocked[4] &= ~2 }
        // SOL_RAW and ICMP_FILTER, IPPROTO_ICMPV6 and ICMPV6_FILTER.
        let level: Int32 = family == .ipv4 ? 255 : 58
        guard setsockopt(descriptor, level, 1, blocked, socklen_t(blocked.count * 4)) == 0 else {
            throw CallError(call: "setsockopt(ICMP_FILTER)")
        }
    }

    deinit { close(descriptor) }

    /// Pings until an answer arrives. The first may be lost: the kernel joins the multicast group of an IPv6 address late
    /// (`addrconf_dad_work` in net/ipv6/addrconf.c).
    package func reach(_ address: IPAddress) throws {
        try waitFor("an answer of \(address)", reading: { ping(address) }) { $0 }
    }

    /// Sends one request and returns whether its answer arrived.
    package func ping(_ address: IPAddress) -> Bool {
        let nonce = UInt32.random(in: 1...UInt32.max)
        let body = withUnsafeBytes(of: nonce) { Array($0) }
        guard send([family == .ipv4 ? 8 : 128, 0, 0, 0] + body, to: address) else { return false }
        var answer = [UInt8](repeating: 0, count: 2048)
        // The answers to other sockets arrive too, so that a receive may never wait.
        let start = ContinuousClock.now
        while start.duration(to: .now) < timeLimit {
            let count = recv(descriptor, &answer, answer.count, 0)
            guard count > 0 else { return false }
            // An IPv4 socket receives the IP header too.
            let message = answer[..<count].dropFirst(family == .ipv4 ? Int(answer[0] & 0xF) * 4 : 0)
            let isAnswer = message.first == (family == .ipv4 ? 0 : 129)
            if isAnswer, message.dropFirst(4).prefix(4).elementsEqual(body) { return true }
        }
        return false
    }

    /// Sends a message; the kernel fills in the checksum only for IPv6.
    private func send(_ message: [UInt8], to address: IPAddress) -> Bool {
        var message = message
        if family == .ipv4 {
            let sum = stride(from: 0, to: message.count, by: 2).reduce(0) {
                $0 + Int(message[$1]) << 8 + Int(message[$1 + 1])
            }
            let checksum = ~UInt16(truncatingIfNeeded: sum >> 16 + sum & 0xFFFF)
            message.replaceSubrange(2..<4, with: [UInt8(checksum >> 8), UInt8(checksum & 0xFF)])
        }
        switch address {
        case .v4:
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address.octets) }
            return send(message, to: target)
        case .v6:
            var target = sockaddr_in6()
            target.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &target.sin6_addr) { $0.copyBytes(from: address.octets) }
            return send(message, to: target)
        }
    }

    private func send<Address>(_ message: [UInt8], to target: Address) -> Bool {
        let size = socklen_t(MemoryLayout<Address>.size)
        let sent = withUnsafePointer(to: target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, 0, $0, size)
            }
        }
        return sent == message.count
    }
}
