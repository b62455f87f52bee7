import DaemonTestKit
import Glibc
import TestSupport
import Testing

/// An obstacle that keeps a daemon from serving, prepared in the daemon's own directory.
struct Obstacle: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The reason in the refusals, with `<dir>` for the directory's path.
    let reason: String
    var launcher: [String] = []
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// Prepares the directory before the daemon starts.
    var prepare: @Sendable (TemporaryDirectory) throws -> Void = { _ in }
    /// Removes the obstacle; nil if that needs another start.
    var mend: (@Sendable (TemporaryDirectory, DaemonProcess) throws -> Void)?

    static let brokenFile = Obstacle(
        testDescription: "a mistake in the configuration file",
        reason: #"<dir>/swiftvlan.toml:2: unknown setting "sokcet"; did you mean socket? (and 1 more problem)"#,
        arguments: ["--config", "<dir>/swiftvlan.toml"],
        prepare: { try writeTextFile($0.file("swiftvlan.toml"), "\nsokcet = '/a'\norphan-age = -5\n") },
        mend: { directory, _ in try writeTextFile(directory.file("swiftvlan.toml"), "orphan-age = 5\n") })

    static let all = [
        brokenFile,
        Obstacle(
            testDescription: "a missing configuration file",
            reason: "<dir>/absent.toml: cannot read the configuration file: No such file or directory",
            arguments: ["--config", "<dir>/absent.toml"],
            mend: { directory, _ in try writeTextFile(directory.file("absent.toml"), "") }),
        Obstacle(
            testDescription: "a mistake in the environment",
            reason:
                "SWIFTVLAN_PARENT_WAIT: parent-wait must be a whole number of seconds from 0 to 65535, not \"long\"",
            environment: ["SWIFTVLAN_PARENT_WAIT": "long"]),
        Obstacle(
            testDescription: "a mistake on the command line",
            reason: "Unknown option '--sokcet'. Did you mean '--socket'?",
            arguments: ["--sokcet", "x"]),
        Obstacle(
            testDescription: "an invalid flag",
            reason: "The value 'soon' is invalid for '--orphan-age <seconds>': orphan-age must be a whole number of "
                + "seconds from 0 to 65535, not \"soon\"",
            arguments: ["--orphan-age", "soon"]),
        Obstacle(
            testDescription: "a state directory that is a file",
            reason:
                "cannot open state directory \"<dir>/state\": open: Not a directory (ENOTDIR); move the file of that "
                + "name away",
            prepare: { try writeTextFile($0.file("state"), "") },
            mend: { directory, _ in unlink(directory.file("state")) }),
    ]

    /// Needs root, to mount.
    static let fullDisk = Obstacle(
        testDescription: "a full disk",
        reason:
            "cannot open state directory \"<dir>/state\": openat: No space left on device (ENOSPC); free some space "
            + "there",
        launcher: [
            "unshare", "--mount", "bash", "-c", #"mount -t tmpfs -o nr_inodes=1 full <dir>/state; exec "$@""#, "bash",
        ],
        prepare: { mkdir($0.file("state"), 0o700) },
        mend: { directory, daemon in
            let mounts = ["nsenter", "--mount", "--target", "\(try daemon.process.id)", "--"]
            let command = mounts + ["mount", "-o", "remount,nr_inodes=100", directory.file("state")]
            try ChildProcess.run(command, output: directory.file("mount"))
        })

    /// Starts a daemon that cannot serve, on an inherited socket.
    func start(
        in directory: TemporaryDirectory, environment: [String: String] = [:]
    ) throws -> DaemonProcess {
        try prepare(directory)
        let place = { (text: String) in text.replacing("<dir>", with: directory.path) }
        return try .activated(
            in: directory, callsInherited: true, launcher: launcher.map(place) + DaemonProcess.ownNetwork,
            arguments: arguments.map(place),
            environment: self.environment.merging(environment) { $1 })
    }

    /// The message of refused calls.
    func sentence(in directory: TemporaryDirectory) -> String {
        DaemonProcess.refusal(because: reason.replacing("<dir>", with: directory.path))
    }
}

extension DaemonProcess {
    /// Returns the message with which a daemon that cannot serve refuses calls.
    static func refusal(because reason: String) -> String {
        "swiftvlan cannot serve: \(reason); it tries again every 5 seconds"
    }

    /// Expects calls that need the driver to be refused with a message, and calls that need no driver to work as usual.
    func expectRefusals(_ sentence: String) throws {
        let start = ContinuousClock.now
        let refused = try call(Calls.createNetwork.0, Calls.createNetwork.1)
        // The promise is one second.
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(refused.refusal == sentence)
        #expect(refused.status == 200)
        // Docker repeats a call without its body after a broken connection.
        #expect(try call(Calls.createNetwork.0).refusal == sentence)
        #expect(try call(Calls.activate.0).body == #"{"Implements":["NetworkDriver"]}"#)
        #expect(try call(Calls.capabilities.0).body.contains(#""Scope":"local""#))
    }

    /// Waits until the daemon serves: from then on it refuses a network because of its parent.
    func awaitService(telling signal: Int32? = nil) throws {
        try waitFor("the daemon to serve", pollingEvery: 50_000) {
            if let signal { self.signal(signal) }
            return try call(Calls.createNetwork.0, Calls.createNetwork.1).refusal ?? ""
        } until: {
            $0.contains("absent0")
        }
    }
}

@Suite("A daemon that cannot serve")
struct RefusingDaemonTests {
    @Test(
        "A daemon that cannot serve refuses calls with the reason, and serves once the cause is fixed",
        arguments: Obstacle.all)
    func refuses(_ obstacle: Obstacle) async throws {
        try await refusesAndMends(obstacle)
    }

    @Test("A daemon refuses calls while its disk is full", .enabled(if: geteuid() == 0, "needs root"))
    func fullDisk() async throws { try await refusesAndMends(.fullDisk) }

    private func refusesAndMends(_ obstacle: Obstacle) async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let daemon = try obstacle.start(in: directory)
            try daemon.expectRefusals(obstacle.sentence(in: directory))
            if let mend = obstacle.mend {
                try mend(directory, daemon)
                try daemon.awaitService(telling: SIGHUP)
                #expect(eventually { daemon.output.contains("Serving") })
            }
            try daemon.stop()
            #expect(access(daemon.socket, F_OK) == 0, "the socket's file is systemd's")
        }
    }

    @Test("A daemon that cannot serve retries by itself")
    func byItself() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let daemon = try Obstacle.brokenFile.start(in: directory)
            try daemon.expectRefusals(Obstacle.brokenFile.sentence(in: directory))
            try Obstacle.brokenFile.mend?(directory, daemon)
            try daemon.awaitService()
            try daemon.stop()
        }
    }

    @Test("Failed attempts to serve leak nothing, and an unchanged reason is logged once")
    func attempts() async throws {
        let directory = try TemporaryDirectory()
        let notifications = try Notifications()
        try await onOwnThread {
            let daemon = try Obstacle.brokenFile.start(
                in: directory, environment: ["NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "600000000"])
            let reason = Obstacle.brokenFile.reason.replacing("<dir>", with: directory.path)
            let id = try daemon.process.id
            func attempt(because reason: String) throws {
                #expect(notifications.next() == "STATUS=Cannot serve: \(reason)")
                #expect(notifications.next() == "READY=1")
                // From then on the watchdog's threads and descriptors exist.
                #expect(notifications.next() == "WATCHDOG=1")
                try daemon.expectRefusals(DaemonProcess.refusal(because: reason))
            }
            let resources = { try ["fd", "task"].map { try namesInDirectory("/proc/\(id)/\($0)").count } }
            try attempt(because: reason)
            let first = try resources()
            for _ in 0..<10 {
                daemon.signal(SIGHUP)
                #expect(notifications.next()?.hasPrefix("RELOADING=1") == true)
                try attempt(because: reason)
                // The connections of these calls may not be closed yet.
                try waitFor("no more than \(first)", reading: resources) { zip($0, first).allSatisfy(<=) }
            }
            #expect(daemon.output.ranges(of: "Cannot serve").count == 1, "\(daemon.output)")

            unlink(directory.file("swiftvlan.toml"))
            daemon.signal(SIGHUP)
            #expect(notifications.next()?.hasPrefix("RELOADING=1") == true)
            let other =
                "\(directory.file("swiftvlan.toml")): cannot read the configuration file: No such file or directory"
            try attempt(because: other)
            #expect(daemon.output.ranges(of: "Cannot serve").count == 2, "\(daemon.output)")
            #expect(try readTextFile("/proc/\(id)/comm") == "swiftvlan\n")
        }
    }

    @Test("A daemon that cannot serve feeds systemd's watchdog, and stops on a signal", arguments: [SIGTERM, SIGINT])
    func underSystemd(_ signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let notifications = try Notifications()
        try await onOwnThread {
            let daemon = try Obstacle.brokenFile.start(
                in: directory, environment: ["NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "800000"])
            #expect(notifications.next()?.hasPrefix("STATUS=Cannot serve: ") == true)
            #expect(notifications.next() == "READY=1")
            for _ in 0..<4 { #expect(notifications.next() == "WATCHDOG=1") }
            daemon.signal(signal)
            #expect(daemon.exitStatus() == 0, "\(daemon.output)")
            var last: String?
            while let next = notifications.next(within: 0) { last = next == "WATCHDOG=1" ? last : next }
            #expect(last == "STOPPING=1")
        }
    }

    @Test("A daemon refuses calls while another one uses its records")
    func otherDaemon() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let first = DaemonProcess(in: directory, name: "first")
            try first.start()
            let second = try DaemonProcess.activated(in: directory, callsInherited: true)
            try second.expectRefusals(
                DaemonProcess.refusal(
                    because: """
                        state directory "\(first.records.state)" is in use by another swiftvlan daemon \
                        (process \(try first.process.id)); stop that one first
                        """))
            try first.stop()
            try second.awaitService(telling: SIGHUP)
            try second.stop()
        }
    }

    @Test("A refused removal is carried out once the daemon serves")
    func removals() async throws {
        let directory = try TemporaryDirectory()
        let notifications = try Notifications()
        let (network, other) = (Calls.network, String(repeating: "ef56", count: 16))
        try await onOwnThread {
            let records = RecordDirectories(in: directory)
            for path in [records.state, "\(records.state)/networks"] { #expect(mkdir(path, 0o700) == 0) }
            for id in [network, other] {
                try writeTextFile(records.file(ofNetwork: id), Self.record.replacing("ID", with: id))
            }
            let daemon = try Obstacle.brokenFile.start(
                in: directory, environment: ["NOTIFY_SOCKET": notifications.path])
            let delete = Calls.all.first { $0.0 == "/NetworkDriver.DeleteNetwork" } ?? ("", "")
            let sentence = Obstacle.brokenFile.sentence(in: directory)
            #expect(try daemon.call(delete.0, delete.1).refusal == sentence)
            // The removal survives failed attempts.
            for _ in 0..<2 {
                notifications.forget()
                daemon.signal(SIGHUP)
                while let next = notifications.next(), next != "READY=1" {}
            }
            #expect(records.networks == [network, other])
            try Obstacle.brokenFile.mend?(directory, daemon)
            try daemon.awaitService(telling: SIGHUP)
            #expect(records.networks == [other], "\(daemon.output)")
            try daemon.stop()
        }
    }

    @Test("A daemon that is stopped carries out a refused removal if it can serve by then", arguments: [true, false])
    func removalBeforeStop(_ isMended: Bool) async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let records = RecordDirectories(in: directory)
            for path in [records.state, "\(records.state)/networks"] { #expect(mkdir(path, 0o700) == 0) }
            try writeTextFile(
                records.file(ofNetwork: Calls.network), Self.record.replacing("ID", with: Calls.network))
            let daemon = try Obstacle.brokenFile.start(in: directory)
            let delete = Calls.all.first { $0.0 == "/NetworkDriver.DeleteNetwork" } ?? ("", "")
            #expect(try daemon.call(delete.0, delete.1).refusal == Obstacle.brokenFile.sentence(in: directory))
            if isMended { try Obstacle.brokenFile.mend?(directory, daemon) }
            try daemon.stop()
            #expect(records.networks == (isMended ? [] : [Calls.network]), "\(daemon.output)")
        }
    }

    private static let record = #"""
        {"network": {"hostRoutes": false, "id": "ID", "internal": false, "kind": "macvlan",
        "mode": "bridge", "parent": {"existing": "absent9"}, "settings": {"gateway": true, "mac": "stable", "routes": []},
        "subnets": [{"subnet": "192.0.2.0/24"}]}, "version": 1}
        """#

    @Test("Handover variables from another process have no effect")
    func foreignHandover() async throws {
        let directory = try TemporaryDirectory()
        let removal = #"/NetworkDriver.DeleteNetwork {"NetworkID":"\#(Calls.network)"}"#
        let environment = ["SWIFTVLAN_HANDOVER": "1 new reason", "SWIFTVLAN_PUT_OFF": removal + "\n"]
        try await onOwnThread {
            let records = RecordDirectories(in: directory)
            for path in [records.state, "\(records.state)/networks"] { #expect(mkdir(path, 0o700) == 0) }
            try writeTextFile(
                records.file(ofNetwork: Calls.network), Self.record.replacing("ID", with: Calls.network))
            let daemon = DaemonProcess(in: directory, environment: environment)
            try daemon.start()
            try daemon.awaitService()
            #expect(records.networks == [Calls.network])
            try daemon.stop()
        }
    }

    @Test("A daemon with SWIFTVLAN_REFUSE_CALLS refuses calls on its own socket, as the managed plugin does")
    func ownSocket() async throws {
        let directory = try TemporaryDirectory()
        let socket = directory.file("plugin.sock")
        let environment = [
            "SWIFTVLAN_REFUSE_CALLS": "yes", "SWIFTVLAN_SOCKET": socket, "SWIFTVLAN_LOG_LEVEL": "loud",
        ]
        try await onOwnThread {
            let daemon = DaemonProcess(in: directory, socket: socket, environment: environment)
            try daemon.start()
            try daemon.expectRefusals(
                DaemonProcess.refusal(
                    because: """
                        SWIFTVLAN_LOG_LEVEL: log-level must be one of trace, debug, info, notice, warning, error, \
                        critical, not "loud"
                        """))
            daemon.signal(SIGHUP)
            // For the next attempt the daemon closes the socket and opens it again.
            #expect(eventually { (try? daemon.call(Calls.activate.0).status) == 200 })
            try daemon.stop()
        }
    }
}
