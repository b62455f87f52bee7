import Testing

/// Commands that are told twice on one machine, with Docker's own driver and with swiftvlan, and what may differ then.
///
/// The commands are shell, of the functions in `lab/differential`.
struct Story: Sendable, CustomTestStringConvertible {
    /// Docker's own driver for it.
    enum Driver: String {
        case macvlan, ipvlan
    }

    /// Kinds of links that not every kernel has.
    enum LinkKind: String, CaseIterable {
        case dummy, vlan, ipvlan, bond, vrf
    }

    let name: String
    /// In its names and addresses, so that many can be told at once; set when the list is put together.
    var number = 0
    let driver: Driver
    var needs: Set<LinkKind> = []
    /// The engines that have in their own driver what this is about.
    var engines = anyEngine
    /// Done once, after the LAN was laid.
    var prepare = ""
    /// What is done with each of the drivers.
    let commands: String
    /// Done once, at the end, where it does not go with the LAN.
    var dismantle = ""
    var differences: [MeantDifference] = []

    var testDescription: String { name }

    static let anyEngine = 0..<Int.max

    /// Two containers that are connected to one network.
    static func pair(_ network: String) -> String {
        "network lan \(network) && attach a lan && attach b lan && look a b"
    }
}

/// A difference that is meant: why, and all of it.
struct MeantDifference: Sendable {
    let reason: String
    /// The engines that have it, by the first part of their version.
    var engines = Story.anyEngine
    /// As `Observation.differences(from:)` writes them, with `$n` for the story's number.
    let lines: Set<String>

    static let hostRoutes = "the host has routes to networks at layer 3, for its routing daemon to tell others of"
}

extension Story {
    /// Why a machine cannot tell this story; nil when it can.
    func impediment(on machine: ComparedMachine) -> String? {
        let missing = allNeeds.subtracting(machine.linkKinds).map(\.rawValue).sorted()
        guard missing.isEmpty else { return "this kernel lacks \(missing.joined(separator: ", "))" }
        guard engines.contains(machine.engine) else { return "Docker \(machine.engine) cannot do this" }
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
        story() { \(commands)
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
