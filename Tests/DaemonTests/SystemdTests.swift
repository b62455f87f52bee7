import Glibc
import PluginServer
import ServerTestKit
import Testing

@Suite("The daemon under systemd")
struct SystemdTests {
    private static let socketActivate = "/usr/bin/systemd-socket-activate"

    /// Starts the daemon with sockets handed over as systemd does it: descriptors from 3 on, their names and the
    /// process's own number in the environment (sd_listen_fds(3)). The file of each has its name.
    private func activated(
        with names: [String],
        own path: String,
        in directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let sockets = try names.map { try ListeningSocket.bind(path: directory.file($0)).descriptor }
        defer { for socket in sockets { close(socket) } }
        let withOwnNumber = ["bash", "-c", #"LISTEN_PID=$$ exec "$@""#, "bash"]
        return try ChildProcess(
            withOwnNumber + RunningDaemon.command(in: directory, "--socket", path),
            environment: ["LISTEN_FDS": "\(names.count)", "LISTEN_FDNAMES": names.joined(separator: ":")],
            descriptors: sockets, output: directory.file("log"))
    }

    @Test(
        "serves the socket that is handed over under its name, and leaves it in place",
        arguments: [["swiftvlan.socket"], ["metrics.socket", "swiftvlan.socket"]])
    func inheritedSocket(_ names: [String]) async throws {
        let directory = try TemporaryDirectory()
        let (inherited, own) = (directory.file("swiftvlan.socket"), directory.file("own.sock"))
        try await onOwnThread {
            let daemon = try activated(with: names, own: own, in: directory)
            let client = try UnixClient(path: inherited)
            client.send(post("/Plugin.Activate"))
            #expect(try client.response().status == 200)
            #expect(access(own, F_OK) != 0)
            daemon.signal(SIGTERM)
            #expect(try daemon.exited() == 0, "\(daemon.output)")
            #expect(access(inherited, F_OK) == 0)
        }
    }

    @Test("makes its own socket when what is handed over has another name")
    func foreignSocket() async throws {
        let directory = try TemporaryDirectory()
        let own = directory.file("own.sock")
        try await onOwnThread {
            let daemon = try activated(with: ["metrics.socket"], own: own, in: directory)
            #expect(eventually { (try? UnixClient(path: own)) != nil })
            daemon.signal(SIGTERM)
            #expect(try daemon.exited() == 0, "\(daemon.output)")
            #expect(access(own, F_OK) != 0)
        }
    }

    @Test("is started by the first call", .enabled(if: access(socketActivate, X_OK) == 0, "needs systemd's own tool"))
    func socketActivation() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("swiftvlan.sock")
        try await onOwnThread {
            let activator = [Self.socketActivate, "--listen", path, "--fdname=swiftvlan.socket"]
            let daemon = try ChildProcess(
                activator + RunningDaemon.command(in: directory, "--socket", directory.file("own.sock")),
                output: directory.file("log"))
            var client: UnixClient?
            #expect(
                eventually {
                    client = try? UnixClient(path: path)
                    return client != nil
                })
            client?.send(post("/Plugin.Activate"))
            #expect(try client?.response().status == 200)
            daemon.signal(SIGTERM)
            #expect(try daemon.exited() == 0, "\(daemon.output)")
        }
    }

    @Test("tells when it is ready, and when it stops")
    func notifications() async throws {
        let notifications = try Notifications()
        try await RunningDaemon.with(environment: ["NOTIFY_SOCKET": notifications.path]) { daemon in
            #expect(notifications.next() == "STATUS=0 networks")
            #expect(notifications.next() == "READY=1")
            let response = try daemon.call("/Plugin.Activate")
            #expect(response.status == 200)
            daemon.process.signal(SIGTERM)
            #expect(notifications.next() == "STOPPING=1")
            #expect(try daemon.process.exited() == 0)
        }
    }
}
