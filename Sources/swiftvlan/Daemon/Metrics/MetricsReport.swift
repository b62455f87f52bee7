import DriverCore
import Logging
import Metrics
import RemoteDriver

/// The daemon's metric families, from its counters and from what the driver knows.
///
/// `docs/observability.md` has the same table, which a test compares.
struct MetricsReport {
    let counters: DaemonMetrics
    let snapshot: DriverSnapshot
    let links: ParentStates
    /// The number of failed removals that wait for a retry.
    let pendingRemovals: Int
    /// The number of links that the kernel is removing.
    let pendingLinks: Int
    let version: String

    typealias Label = MetricFamily.Label
    typealias Sample = MetricFamily.Sample

    var families: [MetricFamily] {
        [build] + calls + networks + parents + reconciliation + lan + removals + failures
    }

    private var build: MetricFamily {
        MetricFamily(
            "swiftvlan_build_info", .gauge, help: "Version of the daemon; the value is 1.",
            samples: [Sample(labels: [Label("version", version)], value: 1)])
    }

    private var calls: [MetricFamily] {
        [
            MetricFamily(
                "swiftvlan_calls_total", .counter, help: "Calls of Docker, by method and result.",
                samples: counters.calls.samples {
                    [Label("method", $0.method), Label("result", $0.outcome.rawValue)]
                }),
            MetricFamily(
                "swiftvlan_call_duration_seconds", .histogram,
                help: "Time from a call's arrival to its answer, with all waits, in seconds.",
                samples: counters.callDurations.samples { [Label("method", $0)] }),
            MetricFamily(
                "swiftvlan_call_waits_total", .counter, help: "Calls that had to wait, by reason.",
                samples: counters.waits.samples { [Label("reason", $0.rawValue)] }),
        ]
    }

    private var networks: [MetricFamily] {
        let networks = ConditionCounts(snapshot)
        let joined = snapshot.endpoints.values.count(where: \.hasJoined)
        let conflicts = snapshot.endpoints.values.count { !$0.conflicts.isEmpty }
        return [
            MetricFamily(
                "swiftvlan_networks", .gauge, help: "Networks, by state.",
                samples: [
                    sample("state", "ok", networks.ok), sample("state", "waiting", networks.waiting),
                    sample("state", "blocked", networks.blocked),
                    sample("state", "unreadable", snapshot.unreadable.count),
                ]),
            MetricFamily(
                "swiftvlan_endpoints", .gauge, help: "Endpoints, by state.",
                samples: [
                    sample("state", "joined", joined), sample("state", "created", snapshot.endpoints.count - joined),
                ]),
            MetricFamily(
                "swiftvlan_endpoint_conflicts", .gauge,
                help: "Endpoints with an address that another host or endpoint has too.",
                samples: [Sample(value: Double(conflicts))]),
        ]
    }

    private var parents: [MetricFamily] {
        [
            MetricFamily(
                "swiftvlan_parents", .gauge, help: "Parents of networks, by state of the link.",
                samples: ParentStates.State.allCases.map { sample("state", $0.rawValue, links.counts[$0] ?? 0) }),
            MetricFamily(
                "swiftvlan_host_link_up", .gauge,
                help: "Whether a link of the host that networks use is up and has a carrier: 1 or 0.",
                samples: links.hostLinks.map { sample("link", $0.name, $0.isUp ? 1 : 0) }),
        ]
    }

    private var reconciliation: [MetricFamily] {
        [
            MetricFamily(
                "swiftvlan_reconciliation_duration_seconds", .histogram,
                help: "Time that a reconciliation took, by what it reads, in seconds.",
                samples: counters.reconciliations.samples { [Label("scope", $0.label)] }),
            MetricFamily(
                "swiftvlan_reconciliations_unfinished_total", .counter,
                help: "Reconciliations that left repairs to the next one.",
                samples: counters.unfinishedReconciliations.samples { [Label("scope", $0.label)] }),
            MetricFamily(
                "swiftvlan_repairs_total", .counter, help: "What reconciliation found or repaired, by kind.",
                samples: Repair.allCases.map { sample("kind", $0.label, snapshot.repairs[$0] ?? 0) }),
        ]
    }

    private var lan: [MetricFamily] {
        [
            count("swiftvlan_conflict_checks_total", .questions, "Endpoints whose addresses were checked on the LAN."),
            count("swiftvlan_conflicts_found_total", .conflicts, "Addresses found to be in use already."),
            count("swiftvlan_announcements_total", .announcements, "Endpoints announced to the LAN."),
        ]
    }

    private var removals: [MetricFamily] {
        [
            MetricFamily(
                "swiftvlan_removals_pending", .gauge, help: "Failed removals that wait for a retry.",
                samples: [Sample(value: Double(pendingRemovals))]),
            MetricFamily(
                "swiftvlan_link_removals_in_progress", .gauge, help: "Links that are being removed.",
                samples: [Sample(value: Double(pendingLinks))]),
        ]
    }

    private var failures: [MetricFamily] {
        [
            MetricFamily(
                "swiftvlan_netlink_errors_total", .counter,
                help: "Netlink requests that failed, by error; some are ordinary, such as ENODEV for a missing parent.",
                samples: counters.netlinkFailures.samples { [Label("error", $0)] }),
            MetricFamily(
                "swiftvlan_state_write_failures_total", .counter,
                help: "Records that could not be written or removed, by type.",
                samples: counters.storeFailures.samples { [Label("record", $0.rawValue)] }),
            MetricFamily(
                "swiftvlan_log_events_total", .counter, help: "Events written to the log, by level.",
                samples: counters.logEvents.samples { [Label("level", $0.rawValue)] }),
        ]
    }

    private func sample(_ label: String, _ text: String, _ count: Int) -> Sample {
        Sample(labels: [Label(label, text)], value: Double(count))
    }

    private func count(_ name: String, _ activity: LANActivity, _ help: String) -> MetricFamily {
        MetricFamily(
            name, .counter, help: help, samples: [Sample(value: Double(snapshot.lanActivity[activity] ?? 0))])
    }
}

/// The number of readable networks in each state.
private struct ConditionCounts {
    var ok = 0
    var waiting = 0
    var blocked = 0

    init(_ snapshot: DriverSnapshot) {
        for id in snapshot.networks.keys {
            switch snapshot.condition(of: id) {
            case .ready: ok += 1
            case .waiting: waiting += 1
            case .blocked: blocked += 1
            }
        }
    }
}

extension ReconcileScope {
    fileprivate var label: String {
        switch self {
        case .host: "host"
        case .everywhere: "everywhere"
        }
    }
}

extension Repair {
    /// The value of the label `kind`.
    var label: String {
        switch self {
        case .linksCreated: "links_created"
        case .attempts: "link_creation_attempts"
        case .linksSetUp: "links_set_up"
        case .mtusRaised: "mtus_raised"
        case .addressesSet: "addresses_set"
        case .routesAdded: "routes_added"
        case .shimEntriesChanged: "shim_entries_changed"
        case .orphansRemoved: "orphans_removed"
        case .endpointsForgotten: "endpoints_forgotten"
        case .parentsLost: "parents_lost"
        case .parentsFound: "parents_found"
        }
    }
}
