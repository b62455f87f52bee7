import CallTestKit
import DaemonTestKit
import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetworkTypes
import StateStore
import TestSupport
import Testing

/// A daemon in a container, as with Docker in LXC.
@Suite("The daemon in a container", .needsNetworkNamespaces)
struct ContainedDaemonTests {
    private static let network = String(repeating: "ab12", count: 16)
    private static let endpoint = String(repeating: "cd34", count: 16)

    /// The command that starts the program after it as another user's container: in its own user and network
    /// namespaces, with a link eth0 from a network namespace of another user. The shell command `give` creates that
    /// link there, on the link "card" and with the name "given". The other namespace is deleted when the program ends.
    private static func unprivileged(_ give: String) -> [String] {
        [
            "unshare", "--map-root-user", "--user", "--net", "--", "setpriv", "--pdeathsig", "KILL", "--", "bash", "-c",
            #"""
            set -e
            give=$1 outside=$(readlink /proc/self/ns/net) container=$$
            shift
            {
                until [[ $(readlink "/proc/$container/ns/net") != "$outside" ]]; do sleep 0.01; done
                ip link add card type veth peer name far
                for link in card far; do ip link set "$link" up; done
                $give
                ip link set given netns "$container" name eth0
                exec setpriv --pdeathsig KILL sleep infinity
            } &
            exec unshare --user --map-root-user --net -- setpriv --pdeathsig KILL -- bash -c '
                until ip link set eth0 up 2>/dev/null; do sleep 0.01; done
                exec "$@"' bash "$@"
            """#,
            "bash", give,
        ]
    }

    private static func daemon(given give: String) throws -> DaemonProcess {
        DaemonProcess(DaemonProcess.program, launcher: unprivileged(give), in: try TemporaryDirectory())
    }

    @Test(
        "A VLAN link is removed in a container whose link comes from a namespace that cannot be inspected",
        .needs(.vlan), .needs(.veth))
    func vlanOfAnotherUser() async throws {
        try await onOwnThread {
            let daemon = try Self.daemon(given: "ip link add given type veth peer name out0")
            try daemon.start()
            let options = ["parent": "eth0.50"]
            let create = EngineCall(
                .createNetwork, network: Self.network, options: options, pools: [("192.0.2.0/24", nil)])
            #expect(try daemon.call(create.path, create.body).body == "{}")
            #expect(try Self.links(of: daemon).contains("eth0.50:"))
            let delete = EngineCall(.deleteNetwork, network: Self.network)
            #expect(try daemon.call(delete.path, delete.body).body == "{}")
            #expect(try !Self.links(of: daemon).contains("eth0.50:"))
            try daemon.stop()
        }
    }

    @Test("A container starts on a macvlan link from another user's namespace", .needs(.macvlan), .needs(.veth))
    func macvlanOfAnotherUser() async throws {
        try await onOwnThread {
            let daemon = try Self.daemon(given: "ip link add given link card type macvlan mode bridge")
            try daemon.start()
            let answer = try Self.start(on: daemon, ["parent": "eth0"])
            #expect(!answer.contains("Err"), "\(answer)")
            #expect(try Self.links(of: daemon).contains("sv"))
            try daemon.stop()
        }
    }

    @Test(
        "A container start on an ipvlan link from another user's namespace is refused with a remedy", .needs(.ipvlan),
        .needs(.veth))
    func ipvlanOfAnotherUser() async throws {
        try await onOwnThread {
            let daemon = try Self.daemon(given: "ip link add given link card type ipvlan mode l2")
            try daemon.start()
            let answer = try Self.start(on: daemon, ["parent": "eth0", "mode": "l2"])
            #expect(answer.contains("this system was given by another user"), "\(answer)")
            try daemon.stop()
        }
    }

    /// Creates a network, starts a container in it, and returns the answer to the last call.
    private static func start(on daemon: DaemonProcess, _ options: [String: String]) throws -> String {
        let calls = [
            EngineCall(.createNetwork, network: network, options: options, pools: [("192.0.2.0/24", nil)]),
            EngineCall(.createEndpoint, network: network, endpoint: endpoint, addresses: ["192.0.2.5/24"]),
            EngineCall(.join, network: network, endpoint: endpoint),
        ]
        var answer = ""
        for call in calls { answer = try daemon.call(call.path, call.body).body }
        return answer
    }

    /// The links in the daemon's network namespace.
    private static func links(of daemon: DaemonProcess) throws -> String {
        try readTextFile("/proc/\(daemon.process.id)/net/dev")
    }

    @Test("A container start waits for a late parent in a new system on a long-running kernel")
    func lateParent() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory(), arguments: ["--parent-wait", "1"])
            do {
                let store = try FileStateStore.open(
                    stateDirectory: daemon.records.state, runtimeDirectory: daemon.records.runtime)
                try store.save(
                    Network(
                        id: NetworkID(unchecked: Self.network), attachment: .macvlan(.bridge),
                        parent: .existing("absent0"), isInternal: false,
                        pools: [AddressPool(subnet: "192.0.2.0/24")]))
                // The record of an earlier system, which a container's directory may contain after a restart.
                _ = store.firstStart(inSystem: 1, now: .zero)
            }
            try daemon.start()
            let create = EngineCall(
                .createEndpoint, network: Self.network, endpoint: Self.endpoint, addresses: ["192.0.2.5/24"])
            #expect(try daemon.call(create.path, create.body).status == 200)
            let join = EngineCall(.join, network: Self.network, endpoint: Self.endpoint)
            let start = ContinuousClock.now
            let answer = try daemon.call(join.path, join.body)
            #expect(answer.body.contains("absent0"), "\(answer.body)")
            #expect(start.duration(to: .now) >= .seconds(1))
            #expect(daemon.output.contains("A call had to wait"))
            try daemon.stop()
        }
    }
}
