import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("The claim on the host's network", .enabled(if: geteuid() == 0, "needs root"))
struct HostClaimTests {
    /// A network namespace that several processes share.
    private struct SharedNamespace {
        private let namespace: OpenNetworkNamespace
        private let directory: TemporaryDirectory

        init() throws {
            namespace = try OpenNetworkNamespace()
            directory = try TemporaryDirectory()
        }

        /// The command that starts a program in the namespace.
        var launcher: [String] { ["nsenter", "--net=/proc/\(getpid())/fd/\(namespace.descriptor)", "--"] }

        func start(_ command: [String], log: String) throws -> ChildProcess {
            try ChildProcess(launcher + command, output: directory.file(log))
        }

        /// Prepares a daemon in the namespace, with its own files.
        func daemon() throws -> DaemonProcess {
            DaemonProcess(DaemonProcess.program, launcher: launcher, in: try TemporaryDirectory())
        }
    }

    private static let flood = #"""
        use Socket;
        for (1..300) { socket(C, AF_UNIX, SOCK_STREAM, 0); connect(C, pack_sockaddr_un("\0swiftvlan")) or die "$!"; }
        """#

    @Test("A second daemon in a network namespace does not start, even with its own files")
    func second() async throws {
        let place = try SharedNamespace()
        try await onOwnThread {
            let first = try place.daemon()
            try first.start()
            let id = try first.process.id
            // More connections than the backlog holds: they are accepted, so the next daemon still sees who owns the address.
            let flood = try place.start(["perl", "-e", Self.flood], log: "flood")
            #expect(flood.exitStatus() == 0, "\(flood.output)")
            let second = try place.daemon()
            try second.launch()
            #expect(second.exitStatus() == 1)
            #expect(
                second.output.hasSuffix(
                    """
                    Error: process \(id) of user 0 already runs swiftvlan in this network namespace, which allows \
                    only one: stop it first with `systemctl stop swiftvlan.socket swiftvlan.service` or `docker plugin \
                    disable swiftvlan`

                    """), "\(second.output)")
            try first.kill()
            try place.daemon().start()
        }
    }

    @Test("A second daemon that systemd starts refuses calls and leaves the first one its socket")
    func secondOfSystemd() async throws {
        let place = try SharedNamespace()
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let first = try place.daemon()
            try first.start()
            let second = try DaemonProcess.activated(in: directory, callsInherited: true, launcher: place.launcher)
            let refusal = try second.call(Calls.createNetwork.0, Calls.createNetwork.1).refusal
            let id = try first.process.id
            #expect(
                refusal?.hasPrefix("swiftvlan cannot serve: process \(id) of user 0 already runs swiftvlan") == true)
            #expect(try first.call(Calls.createNetwork.0, Calls.createNetwork.1).refusal?.contains("absent0") == true)
            try first.stop()
            try second.awaitService(telling: SIGHUP)
        }
    }

    @Test("An unprivileged user cannot block the daemon", arguments: [true, false])
    func stranger(_ answers: Bool) async throws {
        let place = try SharedNamespace()
        let squat = """
            use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("\\0swiftvlan")) or die;
            listen(S, \(answers ? 5 : 0)); socket(C, AF_UNIX, SOCK_STREAM, 0);
            \(answers ? "" : #"connect(C, pack_sockaddr_un("\0swiftvlan")) or die;"#) $| = 1; print "held"; sleep;
            """
        try await onOwnThread {
            let stranger = try place.start(
                ["setpriv", "--reuid", "65534", "--clear-groups"] + ChildProcess.tie + ["perl", "-e", squat],
                log: "stranger")
            #expect(eventually { stranger.output == "held" }, "\(stranger.output)")
            let daemon = try place.daemon()
            try daemon.start()
            let owner = answers ? "process \(stranger.id)" : "a process that does not answer"
            #expect(
                daemon.output.contains("@swiftvlan is held by \(owner), which is not a swiftvlan daemon"),
                "\(daemon.output)")
        }
    }
}
