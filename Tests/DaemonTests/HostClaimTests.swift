import Glibc
import ServerTestKit
import TestSupport
import Testing

@Suite("One daemon in a network namespace", .enabled(if: geteuid() == 0, "needs root"))
struct HostClaimTests {
    /// A network namespace for several processes.
    private struct Place {
        let directory: TemporaryDirectory
        private let holder: ChildProcess

        init() throws {
            directory = try TemporaryDirectory()
            holder = try ChildProcess(["unshare", "--net", "--", "sleep", "60"], output: directory.file("holder"))
            let own = try #require(Self.namespace(of: getpid()))
            let id = holder.id
            #expect(eventually { Self.namespace(of: id).map { $0 != own } ?? false })
        }

        private static func namespace(of process: pid_t) -> String? {
            var buffer = [UInt8](repeating: 0, count: 64)
            let length = readlink("/proc/\(process)/ns/net", &buffer, buffer.count)
            return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
        }

        /// Starts a program in the namespace.
        func start(_ command: [String], log: String) throws -> ChildProcess {
            try ChildProcess(
                ["nsenter", "--net=/proc/\(holder.id)/ns/net", "--"] + command, output: directory.file(log))
        }

        /// Starts a daemon there whose files are all its own.
        func startDaemon(_ name: String) throws -> ChildProcess {
            let paths = [
                "--socket", directory.file("\(name).sock"), "--state-directory", directory.file("\(name).state"),
                "--runtime-directory", directory.file("\(name).run"), "--config", "/dev/null",
            ]
            return try start([RunningDaemon.program, "daemon"] + paths, log: name)
        }

        func answers(_ name: String) -> Bool {
            eventually { (try? UnixClient(path: directory.file("\(name).sock"))) != nil }
        }
    }

    private static let flood = #"""
        use Socket;
        for (1..300) { socket(C, AF_UNIX, SOCK_STREAM, 0); connect(C, pack_sockaddr_un("\0swiftvlan")) or die "$!"; }
        """#

    @Test("refuses a second one, whatever its files are, until the first has gone")
    func second() async throws {
        let place = try Place()
        try await onOwnThread {
            let first = try place.startDaemon("first")
            #expect(place.answers("first"), "\(first.output)")
            // More connections than can wait: they are taken, so that the next daemon still sees whose the address is.
            let flood = try place.start(["perl", "-e", Self.flood], log: "flood")
            #expect(try flood.exited() == 0, "\(flood.output)")
            let second = try place.startDaemon("second")
            #expect(try second.exited() == 1)
            #expect(
                second.output.hasSuffix(
                    """
                    Error: process \(first.id) of user 0 is this network namespace's swiftvlan already, and there can be \
                    one: stop it first, by "systemctl stop swiftvlan.socket swiftvlan.service" or "docker plugin disable"

                    """), "\(second.output)")
            first.signal(SIGKILL)
            #expect(try first.exited() == 128 + SIGKILL)
            let third = try place.startDaemon("third")
            #expect(place.answers("third"), "\(third.output)")
        }
    }

    @Test("is not kept from its work by a user who may log in", arguments: [true, false])
    func stranger(_ answers: Bool) async throws {
        let place = try Place()
        let squat = """
            use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("\\0swiftvlan")) or die;
            listen(S, \(answers ? 5 : 0)); socket(C, AF_UNIX, SOCK_STREAM, 0);
            \(answers ? "" : #"connect(C, pack_sockaddr_un("\0swiftvlan")) or die;"#) $| = 1; print "held"; sleep 60;
            """
        try await onOwnThread {
            let stranger = try place.start(
                ["setpriv", "--reuid", "65534", "--clear-groups", "perl", "-e", squat], log: "stranger")
            #expect(eventually { stranger.output == "held" }, "\(stranger.output)")
            let daemon = try place.startDaemon("daemon")
            #expect(place.answers("daemon"), "\(daemon.output)")
            let holder = answers ? "process \(stranger.id)" : "a process that does not answer"
            #expect(daemon.output.contains("@swiftvlan is held by \(holder), which is no daemon"), "\(daemon.output)")
        }
    }
}

@Suite("The daemon's rights")
struct CapabilityTests {
    @Test("are to administer networks, in each of its threads, whoever starts it")
    func capabilities() async throws {
        try await RunningDaemon.with { daemon in
            let tasks = "/proc/\(daemon.process.id)/task"
            let threads = try namesInDirectory(tasks).filter { $0.first?.isNumber == true }
            #expect(threads.count >= 4)
            for thread in threads {
                let status = try readTextFile("\(tasks)/\(thread)/status").split(separator: "\n")
                for set in ["CapPrm", "CapEff"] {
                    // CAP_NET_ADMIN is number 12 (linux/capability.h).
                    #expect(status.contains("\(set):\t0000000000001000"), "\(status)")
                }
                #expect(status.contains("NoNewPrivs:\t1"))
            }
        }
    }
}
