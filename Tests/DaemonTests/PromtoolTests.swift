import DaemonTestKit
import Glibc
import Synchronization
import TestSupport
import Testing

/// Prometheus's checker of metrics, rules and configuration.
private enum Promtool {
    static let checkout = String(#filePath.dropLast("Tests/DaemonTests/PromtoolTests.swift".count))

    /// A promtool that is installed, or else the one that lab/promtool downloaded; nil if there is none.
    static let program: String? = {
        let folders = getenv("PATH").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
        return (folders + ["\(checkout).build/promtool"]).map { "\($0)/promtool" }.first { access($0, X_OK) == 0 }
    }()
}

/// Prometheus's own checker reads what the daemon and the documents have for it.
@Suite(
    "Prometheus's checker", .enabled(if: Promtool.program != nil, "needs promtool, which lab/promtool downloads"),
    .timeLimit(.minutes(2)))
struct PromtoolTests {
    /// Runs promtool with a file of this text as its standard input or, for `@`, as its argument; returns what it prints.
    private func promtool(_ arguments: String, _ text: String) async throws -> String {
        let program = try #require(Promtool.program)
        return try await onOwnThread {
            let directory = try TemporaryDirectory()
            try writeTextFile(directory.file("input"), text)
            let command = "exec \"$0\" \(arguments.replacing("@", with: "\"$1\"")) <\"$1\""
            return try ChildProcess.run(
                ["sh", "-c", command, program, directory.file("input")], output: directory.file("output"))
        }
    }

    @Test("The metrics of a daemon that has answered calls have no mistake that promtool knows")
    func metrics() async throws {
        let text = Mutex("")
        try await DaemonProcess.with { daemon in
            for (path, body) in Calls.all { _ = try daemon.call(path, body) }
            let scrape = try daemon.scrape().text
            text.withLock { $0 = scrape }
        }
        let output = try await promtool("check metrics", text.withLock { $0 })
        #expect(output == "")
    }

    @Test("Promtool finds a mistake in metrics")
    func mistake() async throws {
        await #expect(throws: ProcessError.self) {
            _ = try await promtool("check metrics", "# TYPE calls counter\ncalls 1\n")
        }
    }

    @Test("The alert rules are valid")
    func rules() async throws {
        let output = try await promtool("check rules @", try MetricsDocumentTests.document("docs/alerts.yaml"))
        #expect(output.contains("SUCCESS"))
    }

    @Test("The page's scrape configuration is valid, and has the job of the alerts")
    func configuration() async throws {
        let page = try MetricsDocumentTests.document("docs/observability.md")
        let blocks = page.components(between: "```yaml\n", and: "```")
        let block = try #require(blocks.first { $0.contains("scrape_configs:") })
        #expect(block.contains("job_name: swiftvlan\n"))
        let output = try await promtool("check config @", block)
        #expect(output.contains("SUCCESS"))
    }

    @Test("Each alert fires when its cause lasts, and is silent on a host without problems")
    func alerts() async throws {
        let output = try await promtool("test rules @", Self.scenario)
        #expect(output.contains("SUCCESS"))
    }

    /// An input of `promtool test rules`: the values of series each minute, and the alerts at a time.
    private static var scenario: String {
        let names = [
            "SwiftvlanDown", "SwiftvlanNetworkUnusable", "SwiftvlanLinkWithoutCarrier", "SwiftvlanInterfacesLost",
            "SwiftvlanAddressConflict", "SwiftvlanStateNotWritten", "SwiftvlanCallsRefused", "SwiftvlanCallsSlow",
            "SwiftvlanRepairsUnfinished", "SwiftvlanRemovalsPending",
        ]
        let silent = names.map { "      - {eval_time: 30m, alertname: \($0), exp_alerts: []}\n" }.joined()
        return """
            rule_files: [\(Promtool.checkout)docs/alerts.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - {series: 'up{job="swiftvlan",instance="a"}', values: "1x40"}
                  - {series: 'swiftvlan_networks{instance="a",state="ok"}', values: "3x40"}
                  - {series: 'swiftvlan_networks{instance="a",state="waiting"}', values: "0x40"}
                  - {series: 'swiftvlan_host_link_up{instance="a",link="eth0"}', values: "1x40"}
                  - {series: 'swiftvlan_repairs_total{instance="a",kind="endpoints_forgotten"}', values: "2x40"}
                  - {series: 'swiftvlan_repairs_total{instance="a",kind="links_created"}', values: "0+1x40"}
                  - {series: 'swiftvlan_endpoint_conflicts{instance="a"}', values: "0x40"}
                  - {series: 'swiftvlan_state_write_failures_total{instance="a",record="network"}', values: "0x40"}
                  - {series: 'swiftvlan_calls_total{instance="a",method="Join",result="ok"}', values: "0+100x40"}
                  - {series: 'swiftvlan_calls_total{instance="a",method="Join",result="refused"}', values: "0x40"}
                  - {series: 'swiftvlan_call_duration_seconds_bucket{instance="a",method="Join",le="5"}', values: "0+100x40"}
                  - {series: 'swiftvlan_call_duration_seconds_bucket{instance="a",method="Join",le="+Inf"}', values: "0+100x40"}
                  - {series: 'swiftvlan_reconciliations_unfinished_total{instance="a",scope="host"}', values: "0x40"}
                  - {series: 'swiftvlan_removals_pending{instance="a"}', values: "0x40"}
                alert_rule_test:
            \(silent)
              - interval: 1m
                input_series:
                  - {series: 'up{job="swiftvlan",instance="a"}', values: "0x40"}
                  - {series: 'swiftvlan_networks{instance="a",state="waiting"}', values: "2x40"}
                  - {series: 'swiftvlan_host_link_up{instance="a",link="eth0"}', values: "0x40"}
                  - {series: 'swiftvlan_repairs_total{instance="a",kind="endpoints_forgotten"}', values: "0x30 3x10"}
                  - {series: 'swiftvlan_endpoint_conflicts{instance="a"}', values: "1x40"}
                  - {series: 'swiftvlan_state_write_failures_total{instance="a",record="network"}', values: "0+1x40"}
                  - {series: 'swiftvlan_calls_total{instance="a",method="Join",result="refused"}', values: "0+1x40"}
                  - {series: 'swiftvlan_call_duration_seconds_bucket{instance="a",method="Join",le="5"}', values: "0x40"}
                  - {series: 'swiftvlan_call_duration_seconds_bucket{instance="a",method="Join",le="10"}', values: "0+9x40"}
                  - {series: 'swiftvlan_call_duration_seconds_bucket{instance="a",method="Join",le="+Inf"}', values: "0+9x40"}
                  - {series: 'swiftvlan_reconciliations_unfinished_total{instance="a",scope="host"}', values: "0+2x40"}
                  - {series: 'swiftvlan_removals_pending{instance="a"}', values: "1x40"}
                promql_expr_test:
                  - expr: count(count by (alertname) (ALERTS{alertstate="firing"}))
                    eval_time: 35m
                    exp_samples: [{labels: '{}', value: \(names.count)}]

            """
    }
}

extension String {
    fileprivate func components(between start: String, and end: String) -> [String] {
        split(separator: start, omittingEmptySubsequences: false).dropFirst().map { part in
            String(part[..<(part.firstRange(of: end)?.lowerBound ?? part.endIndex)])
        }
    }
}
