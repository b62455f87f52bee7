import ArgumentParser

/// `Chaos`: runs all scenarios or one, with one or more seeds.
struct ScenariosCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenarios", abstract: "Run the scenarios, each with every seed.")

    private static let all: [any Scenario.Type] = [
        CrashPoints.self, StartPoints.self, RandomLife.self, HostAccess.self, Conflicts.self, Flaps.self,
        VLANLoss.self, FullDisk.self, TornRecords.self,
    ]

    @OptionGroup var fixture: ChaosFixture

    @Option(help: "The first seed; the same seed repeats the same scenario.")
    var seed: UInt64 = 1

    @Option(help: "The number of consecutive seeds.")
    var seeds: UInt64 = 1

    @Option(
        help:
            """
            Seconds of random calls. Other scenarios stop at their end or after five times as long.
            """)
    var seconds: Double = 60

    @Option(help: "The maximum number of cases of each kind; all by default.")
    var samples: Int?

    @Option(help: "The scenario; all by default: \(Self.all.map { $0.name }.joined(separator: ", ")).")
    var scenario: String?

    func run() throws {
        let chosen = Self.all.filter { $0.name == scenario ?? $0.name }
        guard !chosen.isEmpty else { throw ValidationError("There is no scenario named \"\(scenario ?? "")\".") }
        let tally = Tally()
        var haveAllPassed = true
        for seed in seed..<seed + seeds {
            for scenario in chosen {
                let extent = Run.Extent(seconds: seconds, samples: samples)
                if try !fixture.run(scenario, seed: seed, extent, tally) { haveAllPassed = false }
            }
        }
        print(tally.total)
        if !haveAllPassed { throw ExitCode.failure }
    }
}
