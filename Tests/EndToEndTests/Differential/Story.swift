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

    /// From 28 on a driver can say that no gateway needs to be invented; Docker's own do so from 29 on.
    static func noGatewayInvented(_ mac: String, hasIPv6: Bool) -> MeantDifference {
        var lines: Set<String> = []
        for (name, host) in [("a", "20"), ("b", "21")] {
            func told(_ gateway4: String, _ address6: String, _ gateway6: String) -> String {
                "\(name) told lan 10.$n.0.\(host)/24 gateway \(gateway4) \(address6) gateway \(gateway6) MAC \(mac)"
            }
            let address6 = hasIPv6 ? "fd00:$n::\(host)/64" : "/0"
            lines.formUnion([
                "- " + told("10.$n.0.1", address6, hasIPv6 ? "fd00:$n::1" : "none"),
                "+ " + told("none", address6, "none"), "- \(name) route default via 10.$n.0.1 dev eth0",
                "- \(name): 203.0.113.$n is alive", "+ \(name): 203.0.113.$n is unreachable",
            ])
            guard hasIPv6 else { continue }
            lines.formUnion([
                "- \(name) route default via fd00:$n::1 dev eth0 metric 1024",
                "- \(name): 2001:db8:$n::1 is alive", "+ \(name): 2001:db8:$n::1 is unreachable",
            ])
        }
        return MeantDifference(
            reason: "a gateway that nobody gave is not invented, as with Docker's own drivers from 29 on",
            engines: 28..<29, lines: lines)
    }

    static let hostRoutes = "the host has routes to networks at layer 3, for its routing daemon to tell others of"
}

extension Story {
    /// Why a machine cannot or shall not tell this story; nil when it does.
    func impediment(on machine: ComparedMachine) -> String? {
        guard machine.selection.contains(self) else { return "not among those asked for by SWIFTVLAN_STORIES" }
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
