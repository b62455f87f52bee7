import DaemonTestKit
import Glibc
import SystemCalls
import TestSupport
import Testing

/// Receives entries as the journal does, one datagram each.
private final class FakeJournal: Sendable {
    private let descriptor: Int32

    init(in directory: TemporaryDirectory) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        try #require(UnixAddress(path: directory.file("socket"))?.with({ bind(descriptor, $0, $1) }) == 0)
    }

    deinit { close(descriptor) }

    /// The next entry with a text; nil if none arrives in time.
    func entry(with text: String) -> String? {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, 60_000) == 1 {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let entry = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
            if entry.contains(text) { return entry }
        }
        return nil
    }
}

@Suite("The journal", .timeLimit(.minutes(5)))
struct JournalTests {
    /// Starts the program after it with a journal whose socket is in a directory, and connected to that journal as
    /// systemd does (`$JOURNAL_STREAM` in systemd.exec(5)).
    private static func launcher(_ directory: TemporaryDirectory) -> [String] {
        let shell = """
            mount -t tmpfs none /run && mkdir -p /run/systemd/journal
            mount --bind \(directory.path) /run/systemd/journal
            JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$@"
            """
        let user = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
        return ["unshare"] + user + ["--mount", "--"] + ChildProcess.tie + ["bash", "-ec", shell, "bash"]
    }

    @Test("The log goes to the journal with a field for each detail, and to standard error if the journal is gone")
    func fields() async throws {
        try await onOwnThread {
            let (directory, sockets) = (try TemporaryDirectory(), try TemporaryDirectory())
            var journal: FakeJournal? = try FakeJournal(in: sockets)
            let daemon = DaemonProcess(in: directory, launcher: Self.launcher(sockets))
            try daemon.start()
            _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            let entry = try #require(journal?.entry(with: "Call refused"))
            let lines = entry.split(separator: "\n").map(String.init)
            #expect(lines.first?.hasPrefix("MESSAGE=Call refused: parent=absent0") == true)
            for line in [
                "PRIORITY=4", "SYSLOG_IDENTIFIER=swiftvlan", "SWIFTVLAN_NETWORK=\(Calls.network)",
                "SWIFTVLAN_PARENT=absent0", "SWIFTVLAN_CALL=CreateNetwork",
            ] { #expect(lines.contains(line), "\(entry)") }
            #expect(lines.contains { $0.wholeMatch(of: /SWIFTVLAN_DURATION_USEC=[0-9]+/) != nil })
            #expect(daemon.output == "")

            // Another test's child process holds this socket between fork and exec; an entry sent meanwhile is lost.
            journal = nil
            #expect(
                eventually {
                    _ = try? daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
                    return daemon.output.contains("[RemoteDriver] Call refused")
                })
        }
    }

    @Test("A journal that hangs holds up no call for long, and the log then goes to standard error")
    func hanging() async throws {
        try await onOwnThread {
            let (directory, sockets) = (try TemporaryDirectory(), try TemporaryDirectory())
            let journal = try FakeJournal(in: sockets)
            let daemon = DaemonProcess(in: directory, launcher: Self.launcher(sockets))
            try daemon.start()
            // The kernel keeps some hundred entries (max_dgram_qlen in unix(7)).
            for _ in 0..<2000 where daemon.output.isEmpty {
                _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            }
            #expect(daemon.output.contains("[RemoteDriver] Call refused"))
            withExtendedLifetime(journal) {}
        }
    }

    @Test("A line break in an option's value stays in its field")
    func lineBreak() async throws {
        try await onOwnThread {
            let (directory, sockets) = (try TemporaryDirectory(), try TemporaryDirectory())
            let journal = try FakeJournal(in: sockets)
            let daemon = DaemonProcess(in: directory, launcher: Self.launcher(sockets))
            try daemon.start()
            let body = """
                {"NetworkID":"1","Options":{"com.docker.network.generic":{"parent":"x\\nPRIORITY=0"}}}
                """
            _ = try daemon.call(Calls.createNetwork.0, body)
            let entry = try #require(journal.entry(with: "Call refused"))
            // The value follows its length in eight bytes, so that the journal does not read it as a field.
            #expect(entry.contains("\nSWIFTVLAN_PARENT\n\u{C}\0\0\0\0\0\0\0x\nPRIORITY=0\n"))
        }
    }
}
