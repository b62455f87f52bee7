import ControlAPI
import DaemonTestKit
import DriverTestKit
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DriverCore
@testable import swiftvlan

@Suite("The command gc", .enabled(if: geteuid() == 0, "only root may remove"), .timeLimit(.minutes(5)))
struct GarbageCommandTests {
    private static let first = NetworkID.first.text
    private static let second = NetworkID.second.text
    private static let web = EndpointID.web.text
    private static let mail = EndpointID.mail.text

    /// Two networks, of which the first has the endpoints web and mail. They were created long ago.
    private static func control(_ docker: FakeDocker) async throws -> ServedControl {
        let control = try ServedControl(docker: docker)
        for (id, parent, subnet) in [(first, "eth0.50", 50), (second, "eth0.60", 60)] {
            try await control.call(
                "CreateNetwork",
                """
                {"NetworkID":"\(id)","Options":{"com.docker.network.generic":{"parent":"\(parent)"}},\
                "IPv4Data":[{"Pool":"192.168.\(subnet).0/24"}]}
                """)
        }
        for (id, address) in [(web, 7), (mail, 8)] {
            try await control.call(
                "CreateEndpoint",
                """
                {"NetworkID":"\(first)","EndpointID":"\(id)","Interface":{"Address":"192.168.50.\(address)/24"}}
                """)
        }
        try control.forgetCalls()
        return control
    }

    private static func known(_ control: ServedControl) async -> Set<String> {
        let snapshot = await control.driver.snapshot
        return Set(snapshot.networks.keys.map(\.text) + snapshot.endpoints.keys.map(\.text))
    }

    @Test("The command removes the network and the endpoint that Docker does not know, and nothing else")
    func removal() async throws {
        let docker = FakeDocker(networks: [Self.first: .init(containers: [Self.web])])
        let control = try await Self.control(docker)
        let dry = try await control.run(["gc", "--dry-run"])
        let expected = """
            endpoint b0b1c2d3e4f5 of network 1f0e9d8c7b6a (192.168.50.8/24)
            network 2f0e9d8c7b6a (parent eth0.60, 192.168.60.0/24)
            """.split(separator: "\n")
        #expect(dry.output == expected.map { "would remove \($0)\n" }.joined())
        #expect(dry.status == 0)
        #expect(await Self.known(control).count == 4)

        let run = try await control.run(["gc"])
        #expect(run.output == expected.map { "removed \($0)\n" }.joined())
        #expect(run.status == 0)
        #expect(await Self.known(control) == [Self.first, Self.web])
        #expect(control.lines.texts(.notice).count { $0.hasSuffix("removed, which Docker no longer has") } == 2)
        var again = try await control.run(["gc"])
        // The daemon's status may be a quarter of a second old.
        while again.output == "Docker has removed everything in the meantime.\n" {
            again = try await control.run(["gc"])
        }
        #expect(again.output == "Docker knows all networks and endpoints of swiftvlan; there is nothing to remove.\n")
        #expect(again.status == 0)
    }

    @Test("Docker's networks count under any driver name, and its endpoints also without a container")
    func knownOtherwise() async throws {
        let docker = FakeDocker(networks: [
            Self.first: .init(driver: "registry/swiftvlan:1", others: [Self.web, Self.mail]), Self.second: .init(),
        ])
        let control = try await Self.control(docker)
        #expect(try await control.run(["gc"]).status == 0)
        #expect(await Self.known(control).count == 4)
    }

    @Test("A network that Docker removes while it is asked stays, and the rest is removed")
    func vanishing() async throws {
        let control = try await Self.control(
            FakeDocker(networks: [Self.first: .init()], vanishing: [Self.first]))
        let run = try await control.run(["gc"])
        #expect(run.status == 0, "\(run.output)")
        #expect(await Self.known(control) == [Self.first, Self.web, Self.mail])
    }

    @Test("A request's identifiers that Docker never makes are named, and the others are removed")
    func unusableIdentifiers() async throws {
        let control = try await Self.control(FakeDocker())
        let request = GarbageRequest(
            asOf: SystemClock.sinceBoot, networks: ["../lock", Self.second], endpoints: [""])
        let document = await control.driver.collectGarbage(request).document
        #expect(document.networks == [Self.second])
        #expect(
            document.refusals == [
                "\"../lock\" is no identifier; take it from the status",
                "\"\" is no identifier; take it from the status",
            ])
    }

    @Test("What Docker answers does not reach the terminal as it is")
    func hostileEngine() async throws {
        let control = try await Self.control(FakeDocker(status: 500, message: #"a\u001b[31m\nb"#))
        let run = try await control.run(["gc"])
        #expect(run.status == 1)
        #expect(run.output.contains("a\\x1b[31m\\x0ab"), "\(run.output.debugDescription)")
        let (socket, output) = (control.dockerSocket, control.directory.file("migrate"))
        let migrate = try await onOwnThread {
            let process = try ChildProcess(
                [DaemonProcess.program, "migrate"], environment: ["DOCKER_HOST": "unix://\(socket)"], output: output)
            return process.exitStatus() == 1 ? process.output : ""
        }
        #expect(migrate.contains("a\\x1b[31m\\x0ab"), "\(migrate.debugDescription)")
    }

    @Test("An engine that knows none of the networks may be the wrong one, so --all must be given")
    func everything() async throws {
        let control = try await Self.control(FakeDocker())
        let refusal = try await control.run(["gc"])
        #expect(refusal.status == 1)
        #expect(refusal.output.hasPrefix("Error: Docker knows none of the daemon's 2 networks, so DOCKER_HOST may"))
        #expect(await Self.known(control).count == 4)
        let run = try await control.run(["gc", "--all"])
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").count == 4)
        #expect(await Self.known(control) == [])
    }

    @Test("What Docker has just called about stays, and the exit status is 2")
    func recent() async throws {
        let control = try await Self.control(FakeDocker(networks: [Self.first: .init()]))
        try await control.call("Leave", #"{"NetworkID":"\#(Self.second)","EndpointID":"\#(Self.mail)"}"#)
        let run = try await control.run(["gc"])
        #expect(run.status == 2)
        #expect(run.output.contains("network 2f0e9d8c7b6a stays: Docker has called swiftvlan about it just now"))
        #expect(run.output.contains("endpoint b0b1c2d3e4f5 stays: Docker has called swiftvlan about it just now"))
        #expect(await Self.known(control) == [Self.first, Self.second, Self.mail])
    }

    @Test("While a long list is removed, the driver carries out Docker's calls in between")
    func longList() async throws {
        let control = try await Self.control(FakeDocker())
        let lost = (100..<200).map { String(Self.web.dropLast(4)) + "e\($0)" }
        for (number, id) in lost.enumerated() {
            try await control.call(
                "CreateEndpoint",
                """
                {"NetworkID":"\(Self.first)","EndpointID":"\(id)",\
                "Interface":{"Address":"192.168.50.\(number + 10)/24"}}
                """)
        }
        try control.forgetCalls()
        let left = Mutex<[Int]>([])
        control.driver.notify { [driver = control.driver] in
            // Runs as the first call that arrives meanwhile would.
            driver.enqueue { driver in
                let count = driver.driver.snapshot.endpoints.count
                left.withLock { $0.append(count) }
            }
        }
        let request = GarbageRequest(asOf: SystemClock.sinceBoot, endpoints: lost)
        #expect(await control.source.collectGarbage(request) == GarbageDocument(endpoints: lost))
        #expect(left.withLock { $0.first } == 70)
        #expect(await Self.known(control).count == 4)
    }

    @Test("A list is divided into parts, endpoints first")
    func parts() {
        let request = GarbageRequest(asOf: 7, networks: ["d"], endpoints: ["a", "b", "c"])
        let parts = request.parts(of: 2)
        #expect(parts.map(\.endpoints) == [["a", "b"], ["c"], []])
        #expect(parts.map(\.networks) == [[], [], ["d"]])
        #expect(parts.allSatisfy { $0.asOf == 7 })
        #expect(GarbageRequest(asOf: 7).parts(of: 2).isEmpty)
    }

    @Test("A moment in the future comes from another clock, so everything may have been called about since")
    func otherClock() {
        let calls = RecentCalls(start: 0)
        #expect(!calls.mayConcern("a", since: 1000, now: 1000))
        #expect(calls.mayConcern("a", since: 1001, now: 1000))
    }

    @Test("Nothing is changed if Docker refuses to answer, or is not there")
    func noDocker() async throws {
        let control = try await Self.control(FakeDocker(status: 503))
        let refused = try await control.run(["gc", "--all"])
        #expect(refused.status == 1)
        #expect(refused.output.contains("the engine is starting; nothing was changed"))
        let absent = try await control.run(["gc", "--all"], docker: control.directory.file("absent.sock"))
        #expect(absent.status == 1)
        #expect(absent.output.contains("; nothing was changed"))
        #expect(await Self.known(control).count == 4)
    }

    @Test("The command reconcile reports each repair, and then that nothing was repaired")
    func reconcile() async throws {
        let control = try await Self.control(FakeDocker())
        _ = try await control.run(["reconcile"])
        try control.driver.perform { ($0.driver.reader as? FakeHost)?.remove("eth0.50") }
        let run = try await control.run(["reconcile"])
        #expect(
            run.output == """
                Repaired: links created (1).
                link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again

                """)
        #expect(run.status == 0)
        #expect(try await control.run(["reconcile"]).output == "Nothing was repaired.\n")
    }
}
