import Testing

/// Shell commands that run with Docker's own driver and with swiftvlan, and the intended differences.
///
/// The commands use the functions of `lab/differential`.
struct DifferentialScenario: Sendable, CustomTestStringConvertible {
    /// The Docker driver that swiftvlan is compared with.
    enum Driver: String {
        case macvlan, ipvlan
    }

    /// Kinds of links that some kernels lack.
    enum LinkKind: String, CaseIterable {
        case dummy, vlan, ipvlan, bond, vrf
    }

    let name: String
    /// A number in the scenario's names and addresses, so that scenarios can run in parallel. Set when the list is built.
    var number = 0
    let driver: Driver
    var needs: Set<LinkKind> = []
    /// The major versions of engines whose own driver supports this scenario.
    var engines = anyEngine
    /// The commands that run once, after the LAN is up.
    var prepare = ""
    /// The commands that run with each driver.
    let commands: String
    /// The commands that run once at the end, to remove everything that outlives the LAN.
    var dismantle = ""
    var differences: [IntendedDifference] = []

    var testDescription: String { name }

    static let anyEngine = 0..<Int.max

    /// Returns commands that connect two containers to one network.
    static func pair(_ network: String) -> String {
        "network lan \(network) && attach a lan && attach b lan && inspect a b"
    }
}

extension DifferentialScenario {
    /// Returns why a machine cannot run this scenario; nil if it can.
    func impediment(on fixture: DifferentialFixture) -> String? {
        guard fixture.selection.contains(self) else { return "SWIFTVLAN_SCENARIOS does not select it" }
        let missing = allNeeds.subtracting(fixture.linkKinds).map(\.rawValue).sorted()
        guard missing.isEmpty else { return "this kernel lacks \(missing.joined(separator: ", "))" }
        guard engines.contains(fixture.engine) else { return "Docker \(fixture.engine) cannot do this" }
        return nil
    }

    private var allNeeds: Set<LinkKind> { driver == .ipvlan ? needs.union([.ipvlan]) : needs }

    /// Returns the whole shell program.
    func program(station: Int, functions: String) -> String {
        """
        n=\(number) slot=-\(station)
        \(functions)
        prepare() { :; \(prepare)
        }
        scenario() { \(commands)
        }
        dismantle() { :; \(dismantle)
        }
        both_sides \(driver.rawValue)
        """
    }

    /// Returns the lines that are intended to differ on an engine.
    func intendedLines(engine: Int) -> Set<String> {
        Set(
            differences.filter { $0.engines.contains(engine) }.flatMap(\.lines).map {
                $0.replacing("$n", with: String(number))
            })
    }
}
