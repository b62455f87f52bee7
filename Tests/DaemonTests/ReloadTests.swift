import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Configuration reload")
struct ReloadTests {
    /// Runs a daemon with its own configuration file.
    private func withDaemon(
        _ text: String,
        _ body:
            @escaping @Sendable (_ daemon: DaemonProcess, _ file: String, _ notifications: Notifications) throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("swiftvlan.toml")
        try writeTextFile(file, text)
        let notifications = try Notifications()
        try await DaemonProcess.with(
            environment: ["NOTIFY_SOCKET": notifications.path, "SWIFTVLAN_CONFIG": file]
        ) { daemon in
            notifications.awaitReady()
            try body(daemon, file, notifications)
            try daemon.stop()
        }
        _ = directory
    }

    /// Reloads the configuration and returns when the daemon has reported it.
    private func reload(_ daemon: DaemonProcess, _ notifications: Notifications) throws {
        daemon.signal(SIGHUP)
        let lines = try #require(notifications.next()).split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = lines.last?.split(separator: "=").last.flatMap { UInt64($0) }
        #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
        #expect(try (microseconds - 10_000_000...microseconds).contains(#require(time)))
        #expect(notifications.next() == "READY=1")
    }

    @Test("A reload applies the reloadable settings")
    func changes() async throws {
        try await withDaemon("log-level = 'warning'") { daemon, file, notifications in
            _ = try daemon.call(Calls.activate.0)
            #expect(daemon.output.isEmpty)
            try writeTextFile(file, "log-level = 'debug'\norphan-age = 7\nparent-wait = 8")
            try reload(daemon, notifications)
            let output = daemon.output
            #expect(output.contains("from=warning setting=log-level to=debug"), "\(output)")
            #expect(output.contains("from=30 setting=orphan-age to=7"))
            #expect(output.contains("from=60 setting=parent-wait to=8"))
            #expect(output.contains("Configuration reloaded"))
            try writeTextFile(file, "log-level = 'critical'")
            try reload(daemon, notifications)
            #expect(daemon.output.contains("from=debug setting=log-level to=critical"))
        }
    }

    @Test("Each reload logs the changes that need a restart")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("swiftvlan.toml")
        let text = """
            socket = "\(directory.file("swiftvlan.sock"))"
            state-directory = "\(directory.file("state"))"
            runtime-directory = "\(directory.file("runtime"))"

            """
        try writeTextFile(file, text)
        let notifications = try Notifications()
        try await onOwnThread {
            // No flags, so that only the file sets values.
            let process = try ChildProcess(
                DaemonProcess.ownNetwork + [DaemonProcess.program, "daemon", "--config", file],
                environment: ["NOTIFY_SOCKET": notifications.path], output: directory.file("log"))
            notifications.awaitReady()
            try writeTextFile(file, text.replacing("swiftvlan.sock", with: "other.sock") + "orphan-age = 3\n")
            for count in 1...2 {
                process.signal(SIGHUP)
                #expect(notifications.next()?.hasPrefix("RELOADING=1") == true)
                #expect(notifications.next() == "READY=1")
                let logged = process.output.split(separator: "\n").filter { $0.contains("needs a restart") }
                #expect(logged.count == count)
                #expect(logged.allSatisfy { $0.contains("setting=socket to=\(directory.file("other.sock"))") })
            }
            #expect(process.output.split(separator: "\n").count { $0.contains("setting=orphan-age to=3") } == 1)
            _ = try HTTPClient(path: directory.file("swiftvlan.sock"))
            process.signal(SIGTERM)
            #expect(process.exitStatus() == 0, "\(process.output)")
        }
    }

    @Test("A reload keeps the values of flags")
    func flags() async throws {
        try await withDaemon("") { daemon, file, notifications in
            try writeTextFile(file, "runtime-directory = '/absent'\nstate-directory = '/absent'\nsocket = '/absent'\n")
            try reload(daemon, notifications)
            #expect(!daemon.output.contains("restart"))
            #expect(try daemon.call("/Plugin.Activate").status == 200)
        }
    }

    @Test("A reload of a broken or missing file changes nothing")
    func broken() async throws {
        try await withDaemon("log-level = 'info'") { daemon, file, notifications in
            try writeTextFile(file, "log-level = 'trace'\norphan-age = 'x'\n")
            try reload(daemon, notifications)
            #expect(daemon.output.contains("Reload failed, settings unchanged"))
            #expect(daemon.output.contains("swiftvlan.toml:2: orphan-age must be a whole number"))
            #expect(!daemon.output.contains("setting=log-level"))
            unlink(file)
            try reload(daemon, notifications)
            #expect(daemon.output.contains("No such file or directory"))
            #expect(try daemon.call("/Plugin.Activate").status == 200)
        }
    }

    @Test("Reloads in quick succession are all applied")
    func often() async throws {
        try await withDaemon("") { daemon, file, notifications in
            for number in 1...20 {
                try writeTextFile(file, "orphan-age = \(number)")
                try reload(daemon, notifications)
            }
            #expect(daemon.output.contains("from=19 setting=orphan-age to=20"))
        }
    }
}
