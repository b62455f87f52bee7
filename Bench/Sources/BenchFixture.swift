import ArgumentParser
import DaemonTestKit
import TestSupport

/// The measured program, the references, and the directory for files.
struct BenchFixture: ParsableArguments {
    @Option(help: "The release build of the daemon.")
    var daemon: String

    @Option(help: "The program with the references.")
    var reference: String

    @Option(help: "The parent of the created links.")
    var parent: String

    @Option(help: "The directory for sockets and logs, which the caller creates and deletes.")
    var directory: String

    func file(_ name: String) -> String { "\(directory)/\(name)" }

    /// Returns the measured daemon, not started yet, in this network namespace.
    func makeDaemon(launcher: [String] = []) throws -> DaemonProcess {
        DaemonProcess(daemon, launcher: launcher, in: try TemporaryDirectory(in: directory))
    }

    /// Runs a program and returns its output. Throws an error if the program fails.
    @discardableResult
    func run(_ command: [String]) throws -> String { try ChildProcess.run(command, output: file("output")) }

    /// Returns the milliseconds that a loop in C takes to create and delete this number of macvlan links on a parent.
    func referenceLoop(_ links: Int, on other: String? = nil) throws -> Double {
        let printed = try run([reference, "links", other ?? parent, String(links)])
        guard let nanoseconds = Double(printed.prefix { $0 != "\n" }) else {
            throw ProcessError("The reference printed no number: \(printed)")
        }
        return nanoseconds / 1_000_000
    }
}
