import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("systemd integration")
struct SystemdTests {
    private static let socketActivate = "/usr/bin/systemd-socket-activate"

    @Test(
        "The daemon serves the socket that systemd passes under its name, and does not remove it",
        arguments: [["swiftvlan.socket"], ["metrics.socket", "swiftvlan.socket"]])
    func inheritedSocket(_ names: [String]) async throws {
        let directory = try TemporaryDirectory()
        let inherited = directory.file("swiftvlan.socket")
        try await onOwnThread {
            let daemon = try DaemonProcess.activated(with: names, in: directory)
            let client = try HTTPClient(path: inherited)
            client.send(post("/Plugin.Activate"))
            #expect(try client.response().status == 200)
            #expect(access(daemon.socket, F_OK) != 0)
            try daemon.stop()
            #expect(access(inherited, F_OK) == 0)
        }
    }

    @Test("The daemon creates its own socket if the passed one has another name")
    func foreignSocket() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let daemon = try DaemonProcess.activated(with: ["metrics.socket"], in: directory)
            try daemon.awaitConnections()
            try daemon.stop()
            #expect(access(daemon.socket, F_OK) != 0)
        }
    }

    @Test(
        "The first call starts a socket-activated daemon",
        .enabled(if: access(socketActivate, X_OK) == 0, "needs systemd's own tool"))
    func socketActivation() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("activated.sock")
        try await onOwnThread {
            let activator = [Self.socketActivate, "--listen", path, "--fdname=swiftvlan.socket"]
            let daemon = DaemonProcess(in: directory, launcher: activator)
            try daemon.launch()
            var client: HTTPClient?
            #expect(
                eventually {
                    client = try? HTTPClient(path: path)
                    return client != nil
                })
            client?.send(post("/Plugin.Activate"))
            #expect(try client?.response().status == 200)
            try daemon.stop()
        }
    }

    @Test("The daemon notifies systemd when it is ready and when it stops")
    func notifications() async throws {
        let notifications = try Notifications()
        try await DaemonProcess.with(environment: ["NOTIFY_SOCKET": notifications.path]) { daemon in
            notifications.awaitReady()
            let response = try daemon.call("/Plugin.Activate")
            #expect(response.status == 200)
            daemon.signal(SIGTERM)
            #expect(notifications.next() == "STOPPING=1")
            #expect(daemon.exitStatus() == 0)
        }
    }
}
