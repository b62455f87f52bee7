import DaemonTestKit
import Glibc
import TestSupport

/// The strace output of a daemon: its netlink requests, its answers, and the turns of its event loops.
struct RequestTrace {
    /// The quiet time, in tenths of a second, that shows that reconciliation is over. It begins at most 0.8 seconds after
    /// a change.
    private static let quietTenths = 15

    let path: String
    /// The length of the output that belongs to earlier calls.
    private(set) var start = 0

    /// The command that runs the program named after it under strace, in the same process.
    var launcher: [String] {
        ["strace", "-D", "-f", "-o", path, "-s", "256", "-e", "trace=sendto,sendmsg,write,writev,epoll_wait"]
    }

    /// Sends a request and returns the netlink requests of the call, once the reconciliation after it is over.
    ///
    /// The driver runs on one thread, which is the one that creates links. It carries out a call in one turn of its event
    /// loop and reconciles in others, so the call's requests are those of the first turn.
    mutating func call(_ body: () throws -> Void) throws -> (requests: [String], reads: String, others: String) {
        if start == 0 { start = try quietText().utf8.count }
        try body()
        let text = try quietText()
        defer { start = text.utf8.count }
        guard !text.contains("nlmsg_type=0x") else {
            throw ProcessError("strace needs the kernel module netlink_diag.")
        }
        let creation = text.split(separator: "\n").first { $0.contains("RTM_NEWLINK") && $0.contains("NLM_F_CREATE") }
        guard let driver = creation?.prefix(while: \.isNumber) else {
            throw ProcessError("No link was created: \(text)")
        }

        let lines = text.utf8.dropFirst(start).split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) }
        func isOwn(_ line: String) -> Bool { line.hasPrefix("\(driver) ") }
        func endsTurn(_ line: String) -> Bool { line.contains("epoll_wait(") }
        let requests = Self.requests(in: lines.filter(isOwn).drop(while: endsTurn).prefix { !endsTurn($0) })
        let own = Self.requests(in: lines.filter(isOwn)).count
        let early = Self.requests(in: lines.prefix { !$0.contains("HTTP/1.1 ") }.filter(isOwn)).count - requests.count
        let others = Self.requests(in: lines).count - own
        return (
            requests, Self.rereadLinks(in: requests),
            "not counted: reconciliation \(own - requests.count)\(early > 0 ? " (\(early) before the answer)" : "")"
                + ", other threads \(others)"
        )
    }

    /// Waits until strace writes no more output, and returns the output.
    private func quietText() throws -> String {
        var (text, tenths) = (try readTextFile(path), 0)
        while tenths < Self.quietTenths {
            usleep(100_000)
            let next = try readTextFile(path)
            tenths = next == text ? tenths + 1 : 0
            text = next
        }
        return text
    }

    private static func rereadLinks(in requests: [String]) -> String {
        let reads = requests.filter { $0.hasPrefix("RTM_GETLINK ") && !$0.hasSuffix(" all") }
        let links = Dictionary(grouping: reads) { $0.split(separator: " ").last ?? "" }.filter { $1.count > 1 }
        guard !links.isEmpty else { return "reads no link twice" }
        return "reads " + links.map { "\($0) \($1.count) times" }.sorted().joined(separator: ", ")
    }

    private static func requests(in lines: some Sequence<String>) -> [String] {
        lines.flatMap { $0.split(separator: "nlmsg_type=", omittingEmptySubsequences: false).dropFirst().map(label) }
    }

    /// Returns the type of a message and the link, address or route that it concerns.
    private static func label(_ message: Substring) -> String {
        func first(_ prefix: String, _ pattern: Regex<(Substring, Substring)>) -> String? {
            message.firstMatch(of: pattern).map { prefix + $0.1 }
        }
        let words = [
            String(message.prefix { $0 != "," }),
            message.contains("NLM_F_CREATE") ? "create" : nil,
            message.contains("ifi_flags=IFF_UP") ? "up" : nil,
            first("", /inet_\w+\((?:AF_INET6, )?"(.*?)"/),
            first("index ", /ifi_index=(?:if_nametoindex\(")?([^0"][^",)]*)/),
            first("to ", /RTA_OIF}, if_nametoindex\("(.*?)"/),
            first("name ", /IFLA_(?:ALT_)?IFNAME}, "(.*?)"/),
            first("", /NLM_F_DUMP.*rtm_family=(\w+)/),
            message.contains("NLM_F_DUMP") ? "all" : nil,
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }
}
