import CallTestKit
import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Metrics of a running daemon", .timeLimit(.minutes(2)))
struct DaemonMetricsTests {
    private static let firstNetwork = String(repeating: "ab12", count: 16)
    private static let secondNetwork = String(repeating: "ef56", count: 16)
    private static let firstEndpoint = String(repeating: "cd34", count: 16)
    private static let secondEndpoint = String(repeating: "cd35", count: 16)

    /// A daemon in a network namespace with a NIC, which the test can change.
    private struct Place {
        let daemon: DaemonProcess
        private let namespace: OpenNetworkNamespace
        private let launcher: [String]

        init() throws {
            namespace = try OpenNetworkNamespace()
            launcher = ["nsenter", "--net=/proc/\(getpid())/fd/\(namespace.descriptor)", "--"]
            daemon = DaemonProcess(DaemonProcess.program, launcher: launcher, in: try TemporaryDirectory())
            try addNIC()
            try daemon.start()
        }

        func addNIC() throws {
            try ip("link add nic type veth peer name far")
            for link in ["nic", "far"] { try ip("link set \(link) up") }
        }

        func ip(_ arguments: String) throws {
            let words = arguments.split(separator: " ").map(String.init)
            try ChildProcess.run(launcher + ["ip"] + words, output: daemon.directory.file("ip.log"))
        }

        /// Makes a call that must succeed.
        func call(_ call: EngineCall) throws {
            let response = try daemon.call(call.path, call.body)
            #expect(response.refusal == nil, "\(call): \(response.body)")
        }

        /// Waits until a series has a value.
        func await(_ series: String, _ value: Double) throws {
            var last: Double?
            #expect(
                try eventually(within: 30) {
                    last = try daemon.scrape()[series]
                    return last == value
                }, "\(series) is \(last.map { "\($0)" } ?? "missing")")
        }
    }

    private static func network(_ network: String = firstNetwork) -> EngineCall {
        EngineCall(
            .createNetwork, network: network, options: ["parent": "nic", "conflict": "warn"],
            pools: [("192.0.2.0/24", "192.0.2.1/24")])
    }

    private static func endpoint(_ endpoint: String, in network: String = firstNetwork) -> EngineCall {
        EngineCall(.createEndpoint, network: network, endpoint: endpoint, addresses: ["192.0.2.5/24"])
    }

    @Test("Calls are counted by method and result, and unknown ones add no label")
    func calls() async throws {
        try await DaemonProcess.with { daemon in
            let before = try daemon.scrape()
            _ = try daemon.call("/Plugin.Activate")
            _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            _ = try daemon.call("/NetworkDriver.Join")
            for name in ["Nothing", "Other\"} 1"] { _ = try daemon.call("/NetworkDriver.\(name)", "{}") }
            let client = try daemon.connect()
            client.send("GET /Plugin.Activate HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.response()
            let after = try daemon.scrape()
            #expect(after[#"swiftvlan_calls_total{method="Activate",result="ok"}"#] == 1)
            #expect(after[#"swiftvlan_calls_total{method="CreateNetwork",result="refused"}"#] == 1)
            #expect(after[#"swiftvlan_calls_total{method="CreateNetwork",result="ok"}"#] == 0)
            #expect(after[#"swiftvlan_calls_total{method="Join",result="invalid"}"#] == 1)
            #expect(after[#"swiftvlan_calls_total{method="unknown",result="invalid"}"#] == 3)
            #expect(after[#"swiftvlan_call_duration_seconds_count{method="CreateNetwork"}"#] == 1)
            #expect(after[#"swiftvlan_call_duration_seconds_bucket{method="CreateNetwork",le="+Inf"}"#] == 1)
            let sum = try #require(after[#"swiftvlan_call_duration_seconds_sum{method="CreateNetwork"}"#])
            #expect(sum > 0)
            #expect(after.series == before.series)
        }
    }

    @Test("A refused netlink request, and each event in the log, are counted")
    func errors() async throws {
        try await DaemonProcess.with { daemon in
            let before = try daemon.scrape()
            #expect(before[#"swiftvlan_netlink_errors_total{error="ENODEV"}"#] == 0)
            _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            let after = try daemon.scrape()
            #expect(after[#"swiftvlan_netlink_errors_total{error="ENODEV"}"#] == 1)
            let warnings = #"swiftvlan_log_events_total{level="warning"}"#
            #expect(after[warnings] == before[warnings].map { $0 + 1 })
            #expect(after[#"swiftvlan_log_events_total{level="debug"}"#] == 0)
        }
    }

    @Test("The version and the start of the process are shown")
    func build() async throws {
        try await DaemonProcess.with { daemon in
            let scrape = try daemon.scrape()
            #expect(scrape.series.contains { $0.hasPrefix(#"swiftvlan_build_info{version=""#) })
            let start = try #require(scrape["process_start_time_seconds"])
            #expect(abs(start - Double(time(nil))) < 120)
            #expect(try daemon.scrape()["process_start_time_seconds"] == start)
        }
    }

    @Test(
        "Networks, endpoints, conflicts and announcements are counted while containers start and stop",
        .enabled(if: geteuid() == 0, "needs root"))
    func life() async throws {
        try await onOwnThread {
            let place = try Place()
            try place.call(Self.network())
            try place.call(Self.endpoint(Self.firstEndpoint))
            var scrape = try place.daemon.scrape()
            #expect(scrape[#"swiftvlan_networks{state="ok"}"#] == 1)
            #expect(scrape[#"swiftvlan_endpoints{state="created"}"#] == 1)
            #expect(scrape[#"swiftvlan_parents{state="up"}"#] == 1)
            #expect(scrape[#"swiftvlan_host_link_up{link="nic"}"#] == 1)
            try place.call(EngineCall(.join, network: Self.firstNetwork, endpoint: Self.firstEndpoint))
            try place.call(Self.network(Self.secondNetwork))
            try place.call(Self.endpoint(Self.secondEndpoint, in: Self.secondNetwork))
            scrape = try place.daemon.scrape()
            #expect(scrape[#"swiftvlan_endpoints{state="joined"}"#] == 1)
            #expect(scrape["swiftvlan_conflicts_found_total"] == 1)
            #expect(scrape["swiftvlan_endpoint_conflicts"] == 1)
            #expect(scrape["swiftvlan_announcements_total"] == 1)
            // Nobody answers, so the questions end with their time limit.
            try place.await("swiftvlan_conflict_checks_total", 2)
            try place.call(EngineCall(.deleteEndpoint, network: Self.secondNetwork, endpoint: Self.secondEndpoint))
            try place.await("swiftvlan_endpoint_conflicts", 0)
        }
    }

    @Test(
        "A parent that disappears and returns is shown and counted as lost and found",
        .enabled(if: geteuid() == 0, "needs root"))
    func parent() async throws {
        try await onOwnThread {
            let place = try Place()
            try place.call(Self.network())
            let rounds = #"swiftvlan_reconciliation_duration_seconds_count{scope="host"}"#
            let before = try #require(try place.daemon.scrape()[rounds])
            try place.ip("link set far down")
            try place.await(#"swiftvlan_parents{state="no_carrier"}"#, 1)
            try place.await(#"swiftvlan_host_link_up{link="nic"}"#, 0)
            try place.ip("link set nic down")
            try place.await(#"swiftvlan_parents{state="down"}"#, 1)
            try place.ip("link delete nic")
            try place.await(#"swiftvlan_networks{state="waiting"}"#, 1)
            try place.await(#"swiftvlan_parents{state="missing"}"#, 1)
            try place.await(#"swiftvlan_repairs_total{kind="parents_lost"}"#, 1)
            try place.addNIC()
            try place.await(#"swiftvlan_networks{state="ok"}"#, 1)
            try place.await(#"swiftvlan_parents{state="up"}"#, 1)
            try place.await(#"swiftvlan_repairs_total{kind="parents_found"}"#, 1)
            #expect(try #require(try place.daemon.scrape()[rounds]) > before)
        }
    }

    @Test(
        "Records that cannot be written are counted by type", .enabled(if: geteuid() == 0, "needs root"))
    func stateWrites() async throws {
        try await onOwnThread {
            let place = try Place()
            // Root may write anywhere, except to a folder that is gone.
            #expect(rmdir("\(place.daemon.records.state)/networks") == 0)
            let creation = Self.network()
            #expect(try place.daemon.call(creation.path, creation.body).refusal?.contains("cannot write") == true)
            let scrape = try place.daemon.scrape()
            #expect(scrape[#"swiftvlan_state_write_failures_total{record="network"}"#] == 1)
            #expect(scrape[#"swiftvlan_state_write_failures_total{record="endpoint"}"#] == 0)
        }
    }
}
