import ArgumentParser
import Glibc
import TestSupport

/// Runs scenarios, each in its own network namespace and directory.
struct ChaosFixture: ParsableArguments {
    @Option(help: "The daemon's debug build.")
    var daemon: String

    @Option(help: "An existing directory for records, sockets and logs.")
    var directory: String

    @Option(
        help: """
            The kinds of networks, separated by commas; all that the kernel supports by default. \
            "access" means those with host access.
            """)
    var kinds: String?

    @Flag(help: "Print results as Swift Testing does, so that lab/test can count them.")
    var asTests = false

    /// Runs a scenario and prints its result; false if it failed.
    func run(_ scenario: any Scenario.Type, seed: UInt64, _ extent: Run.Extent, _ tally: Tally) throws -> Bool {
        try OpenNetworkNamespace.enterNew()
        var host = Host(lan: try OpenNetworkNamespace())
        try host.makeParents()
        let daemon = try Daemon(
            program: daemon, directory: try TemporaryDirectory(in: directory), timeouts: scenario.timeouts,
            tally: tally)
        defer { daemon.dispose() }
        let kinds = try host.possibleKinds().filter(isChosen)
        guard !kinds.isEmpty else {
            report(scenario.name, seed, "passed", "0")
            print("  not run: this kernel has none of the chosen kinds of networks")
            return true
        }
        let run = Run(seed: seed, extent: extent, daemon: daemon, tally: tally, kinds: kinds)

        let start = ContinuousClock.now
        let result = Result { try scenario.init(run: run).perform(&host) }
        let time = (.now - start).seconds.text
        switch result {
        case .success(let figures):
            report(scenario.name, seed, "passed", time)
            print("  \(figures)")
        case .failure(let error):
            print("--- The last lines of the daemon's log, with the scenario's actions:")
            print(daemon.log.tail())
            print("--- Failure: \(error)")
            report(scenario.name, seed, "failed", time)
            print("  Reproduce with: lab/chaos \(scenario.command) --seed \(seed)")
        }
        // The output may go to a file that is read line by line.
        fflush(nil)
        if case .success = result { return true }
        return false
    }

    private func isChosen(_ kind: NetworkKind) -> Bool {
        guard let kinds else { return true }
        let names = kinds.split(separator: ",")
        return names.contains { $0 == kind.rawValue } || names.contains("access") && kind.hasHostAccess
    }

    private func report(_ name: String, _ seed: UInt64, _ result: String, _ time: String) {
        if asTests {
            let mark = result == "passed" ? "✔" : "✘"
            print("\(mark) Test \"chaos: \(name), seed \(seed)\" \(result) after \(time) seconds.")
        } else {
            print("\(name), seed \(seed): \(result) after \(time) seconds")
        }
    }
}
