import ArgumentParser

/// `Chaos`: all scenarios, or one, with one seed or several.
struct ScenariosCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenarios", abstract: "Run the scenarios, each with every seed.")

    private static let all: [any Scenario.Type] = [
        CrashPoints.self, StartPoints.self, RandomLife.self, Flaps.self, VLANLoss.self, FullDisk.self,
        TornRecords.self,
    ]

    @OptionGroup var stage: Stage

    @Option(help: "The first seed: with the same one, the same is tried again.")
    var seed: UInt64 = 1

    @Option(help: "The number of seeds, one after the other.")
    var seeds: UInt64 = 1

    @Option(
        help:
            """
            The seconds that random calls take. Scenarios with an end of their own come to it, or stop after five times as \
            long.
            """)
    var seconds: Double = 60

    @Option(help: "The number of cases of a kind that are tried at most; all if it is not given.")
    var samples: Int?

    @Option(help: "The scenario; all if it is not given: \(Self.all.map { $0.name }.joined(separator: ", ")).")
    var scenario: String?

    func run() throws {
        let chosen = Self.all.filter { $0.name == scenario ?? $0.name }
        guard !chosen.isEmpty else { throw ValidationError("There is no scenario \"\(scenario ?? "")\".") }
        let tally = Tally()
        var isAllRight = true
        for seed in seed..<seed + seeds {
            for scenario in chosen {
                let extent = Run.Extent(seconds: seconds, samples: samples)
                if try !stage.perform(scenario, seed: seed, extent, tally) { isAllRight = false }
            }
        }
        print(tally.total)
        if !isAllRight { throw ExitCode.failure }
    }
}
