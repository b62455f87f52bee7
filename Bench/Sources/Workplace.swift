import ArgumentParser

/// What is measured, and measured against, and where files go meanwhile.
struct Workplace: ParsableArguments {
    @Option(help: "The daemon's program, in its release build.")
    var daemon: String

    @Option(help: "The references' program.")
    var reference: String

    @Option(help: "The link to make others on.")
    var parent: String

    @OptionGroup var directory: Directory

    /// The milliseconds that a loop in C takes to make and delete so many macvlans on the parent.
    func referenceLoop(_ links: Int) throws -> Double {
        let printed = try Child.run([reference, "links", parent, String(links)], in: directory)
        guard let nanoseconds = Double(printed.prefix { $0 != "\n" }) else { throw BenchError("no number: \(printed)") }
        return nanoseconds / 1_000_000
    }
}

/// A directory for sockets and logs; whoever starts the bench makes it and removes it.
struct Directory: ParsableArguments {
    @Option(name: .customLong("directory"), help: "The directory for sockets and logs.")
    var path: String

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
