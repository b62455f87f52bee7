import ArgumentParser

/// `Chaos soak`: makes random calls for a long time.
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "Make random calls for a long time and check memory and descriptors.")

    @OptionGroup var fixture: ChaosFixture

    @Option(help: "The seed of the calls.")
    var seed: UInt64 = 1

    @Option(help: "Length in seconds.")
    var seconds: Double = 1800

    func run() throws {
        let tally = Tally()
        let hasPassed = try fixture.run(Soak.self, seed: seed, Run.Extent(seconds: seconds), tally)
        print(tally.total)
        if !hasPassed { throw ExitCode.failure }
    }
}
