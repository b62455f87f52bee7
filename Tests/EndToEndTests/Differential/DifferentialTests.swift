import Testing

/// Runs each scenario with Docker's own driver and with swiftvlan. Links, addresses, routes, reachability, Docker's view
/// and the host's state afterwards must be equal, except for the scenario's intended differences, which must occur.
@Suite("Comparison with Docker's own drivers", .onMachine, WithStations())
struct DifferentialTests {
    @Test(
        "The same commands have the same results with Docker's driver and with swiftvlan",
        arguments: try await DifferentialScenario.runnable)
    func sameResults(of scenario: DifferentialScenario) async throws {
        let fixture = try #require(try await DifferentialFixture.current)
        let station = await Stations.shared.take()
        let outcome = try? await fixture.machine.attempt(
            scenario.program(station: station, functions: fixture.functions))
        await Stations.shared.giveBack(station)
        let output = try #require(outcome).output

        let normalizer = OutputNormalizer(number: scenario.number, commands: scenario.commands)
        let sections = Section.all(in: output)
        let docker = try Observation(side: "docker", in: sections, normalizer: normalizer)
        let ours = try Observation(side: "swiftvlan", in: sections, normalizer: normalizer)
        let found = ours.differences(from: docker)
        let intended = scenario.intendedLines(engine: fixture.engine)
        let remarks = (docker.remarks.map { "docker: \($0)" } + ours.remarks.map { "swiftvlan: \($0)" })
            .joined(separator: "\n")
        #expect(!docker.lines.isEmpty && !ours.lines.isEmpty, "the scenario printed nothing:\n\(outcome?.errors ?? "")")
        #expect(ours.left.isEmpty, "something is left on the host")
        let unintended = found.subtracting(intended).sorted().joined(separator: "\n")
        #expect(unintended.isEmpty, "unintended differences (- Docker's, + swiftvlan's):\n\(unintended)\n\(remarks)")
        let missing = intended.subtracting(found).sorted().joined(separator: "\n")
        #expect(missing.isEmpty, "intended differences that did not occur:\n\(missing)\n\(remarks)")
    }
}

extension DifferentialScenario {
    static let all: [DifferentialScenario] = {
        var scenarios: [DifferentialScenario] = [macvlan, ipvlan, lifecycles, parents, refusals].flatMap { $0 }
        for position in scenarios.indices { scenarios[position].number = 101 + position }
        return scenarios
    }()

    /// The scenarios that this machine can run.
    fileprivate static var runnable: [DifferentialScenario] {
        get async throws {
            guard let fixture = try await DifferentialFixture.current else { return [] }
            return all.filter { $0.impediment(on: fixture) == nil }
        }
    }
}
