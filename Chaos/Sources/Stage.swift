import ArgumentParser
import Glibc
import TestSupport

/// Where scenarios are performed: each in a network namespace and a directory of its own.
struct Stage: ParsableArguments {
    @Option(help: "The daemon's program, in its debug build.")
    var daemon: String

    @Option(help: "The directory for records, sockets and logs; whoever starts this makes it and removes it.")
    var directory: String

    @Flag(help: "Tell results as Swift Testing does, so that lab/test can count them.")
    var asTests = false

    /// Performs a scenario and prints what came of it; false when something is wrong.
    func perform(_ scenario: any Scenario.Type, seed: UInt64, _ extent: Run.Extent, _ tally: Tally) throws -> Bool {
        try OpenNetworkNamespace.enterNew()
        var host = Host()
        try host.makeParents()
        let daemon = try Daemon(
            program: daemon, directory: try TemporaryDirectory(in: directory), patience: scenario.patience,
            tally: tally)
        defer { daemon.dispose() }
        let run = Run(
            seed: seed, extent: extent, daemon: daemon, tally: tally,
            kinds: try host.possibleKinds())

        let clock = ContinuousClock()
        let start = clock.now
        let result = Result { try scenario.init(run).perform(&host) }
        let time = (clock.now - start).seconds.text
        switch result {
        case .success(let figures):
            tell(scenario.name, seed, "passed", time)
            print("  \(figures)")
        case .failure(let error):
            print("--- the end of the daemon's log, with what was done in between:")
            print(daemon.log.tail())
            print("--- \(error)")
            tell(scenario.name, seed, "failed", time)
            print("  again: lab/chaos \(scenario.command) --seed \(seed)")
        }
        // The output goes to a file, whose reader waits for lines.
        fflush(nil)
        if case .success = result { return true }
        return false
    }

    private func tell(_ name: String, _ seed: UInt64, _ result: String, _ time: String) {
        if asTests {
            let mark = result == "passed" ? "✔" : "✘"
            print("\(mark) Test \"chaos: \(name), seed \(seed)\" \(result) after \(time) seconds.")
        } else {
            print("\(name), seed \(seed): \(result) after \(time) seconds")
        }
    }
}
