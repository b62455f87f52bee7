import ArgumentParser
import DaemonTestKit
import TestSupport

/// What is measured, and measured against, and where files go meanwhile.
struct BenchFixture: ParsableArguments {
    @Option(help: "The daemon's program, in its release build.")
    var daemon: String

    @Option(help: "The references' program.")
    var reference: String

    @Option(help: "The link to create others on.")
    var parent: String

    @Option(help: "The directory for sockets and logs; whoever starts the bench creates and deletes it.")
    var directory: String

    func file(_ name: String) -> String { "\(directory)/\(name)" }

    /// The daemon under measurement, in the bench's own network namespace; not started yet.
    func makeDaemon(launcher: [String] = []) throws -> DaemonProcess {
        DaemonProcess(daemon, launcher: launcher, in: try TemporaryDirectory(in: directory))
    }

    /// Runs a program to its end, and returns what it printed; that it fails is an error.
    @discardableResult
    func run(_ command: [String]) throws -> String { try ChildProcess.run(command, output: file("output")) }

    /// The milliseconds that a loop in C takes to create and delete so many macvlans on the parent.
    func referenceLoop(_ links: Int) throws -> Double {
        let printed = try run([reference, "links", parent, String(links)])
        guard let nanoseconds = Double(printed.prefix { $0 != "\n" }) else {
            throw ProcessError("no number: \(printed)")
        }
        return nanoseconds / 1_000_000
    }
}
