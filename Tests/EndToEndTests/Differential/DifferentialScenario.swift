import Testing

/// Shell commands that run with Docker's own driver and with swiftvlan, and the differences that are meant.
///
/// The commands use the functions of `lab/differential`.
struct DifferentialScenario: Sendable, CustomTestStringConvertible {
    /// Docker's own driver for it.
    enum Driver: String {
        case macvlan, ipvlan
    }

    /// Kinds of links that not every kernel has.
    enum LinkKind: String, CaseIterable {
        case dummy, vlan, ipvlan, bond, vrf
    }

    let name: String
    /// Part of its names and addresses, so that scenarios can run side by side; set when the list is built.
    var number = 0
    let driver: Driver
    var needs: Set<LinkKind> = []
    /// The engines whose own driver supports this.
    var engines = anyEngine
    /// Runs once, after the LAN is up.
    var prepare = ""
    /// Runs with each driver.
    let commands: String
    /// Runs once at the end, for what is not removed with the LAN.
    var dismantle = ""
    var differences: [MeantDifference] = []

    var testDescription: String { name }

    static let anyEngine = 0..<Int.max

    /// Two containers on one network.
    static func pair(_ network: String) -> String {
        "network lan \(network) && attach a lan && attach b lan && inspect a b"
    }
}

extension DifferentialScenario {
    /// Why a machine skips this scenario; nil when it runs it.
    func impediment(on fixture: DifferentialFixture) -> String? {
        guard fixture.selection.contains(self) else { return "not among those asked for by SWIFTVLAN_SCENARIOS" }
        let missing = allNeeds.subtracting(fixture.linkKinds).map(\.rawValue).sorted()
        guard missing.isEmpty else { return "this kernel lacks \(missing.joined(separator: ", "))" }
        guard engines.contains(fixture.engine) else { return "Docker \(fixture.engine) cannot do this" }
        return nil
    }

    private var allNeeds: Set<LinkKind> { driver == .ipvlan ? needs.union([.ipvlan]) : needs }

    /// The whole shell program.
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

    /// What is meant to differ on an engine.
    func meantLines(engine: Int) -> Set<String> {
        Set(
            differences.filter { $0.engines.contains(engine) }.flatMap(\.lines).map {
                $0.replacing("$n", with: String(number))
            })
    }
}
