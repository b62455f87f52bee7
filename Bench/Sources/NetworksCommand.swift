import ArgumentParser

/// `Bench networks`: as many VLANs as there can be on one parent, each a network that is used once.
struct NetworksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks", abstract: "Measure how times grow with the number of networks, inside of lab/uml.")

    /// Times are taken over so many networks before each of these numbers is reached.
    private static let marks = [100, 1000, 2000, 4094]
    private static let window = 50
    private static let referenceLinks = 10
    /// Networks that are removed at the same time: each answer waits for the kernel.
    private static let removers = 16

    @OptionGroup var place: Workplace

    @Option(help: "The number of networks.")
    var count = 4094

    func run() throws {
        let daemon = try Daemon(place)
        defer { daemon.stop() }
        let connection = try Connection(to: daemon.socket)
        let marks = Self.marks.filter { $0 <= count }

        var creations: [Double] = []
        var uses: [Double] = []
        for number in 1...count {
            creations.append(try create(number, connection))
            uses.append(try use(number, connection))
            guard marks.contains(number) else { continue }
            try daemon.awaitLinksGone()
            let reference = try place.referenceLoop(Self.referenceLinks) / Double(Self.referenceLinks)
            try emit("create", "creating a VLAN network, to a C loop, at \(number)", creations, reference, number)
            try emit("use", "  using it for one endpoint", uses, reference, number)
            try Figure(
                "networks.memory.\(number)", "  memory", daemon.residentMegabytes, .megabytes, note: ""
            ).emit()
        }
        try remove(daemon, down: marks)
    }

    private func create(_ number: Int, _ connection: Connection) throws -> Double {
        let subnet = "10.\(number >> 8).\(number & 0xff).0/24"
        let request = Calls.createNetwork(number, parent: "\(place.parent).\(number)", subnet: subnet)
        return try ContinuousClock().measure { try connection.post(request) }.milliseconds
    }

    private func use(_ number: Int, _ connection: Connection) throws -> Double {
        let address = "10.\(number >> 8).\(number & 0xff).5/24"
        let requests = Calls.life(of: number, in: number, address: address)
        return try ContinuousClock().measure {
            for request in requests { try connection.post(request) }
        }.milliseconds
    }

    /// Removes the networks in the order of their creation, `removers` at a time; takes the time behind each mark.
    private func remove(_ daemon: Daemon, down marks: [Int]) throws {
        let connections = try (0..<Self.removers).map { _ in try Connection(to: daemon.socket) }
        var next = 1
        for mark in marks.reversed() {
            let first = count - mark + 1
            try remove(next..<first, over: connections)
            let reference = try place.referenceLoop(Self.referenceLinks) / Double(Self.referenceLinks)
            next = first + min(Self.window, mark)
            let time = try ContinuousClock().measure { try remove(first..<next, over: connections) }
            try emit(
                "remove", "removing networks, \(Self.removers) at a time, at \(mark)",
                [time.milliseconds / Double(next - first)], reference, mark)
        }
        try remove(next..<count + 1, over: connections)
        try Figure(
            "networks.memory.removed", "memory without networks", daemon.residentMegabytes, .megabytes,
            note: "\(count) networks later"
        ).emit()
    }

    private func remove(_ networks: Range<Int>, over connections: [Connection]) throws {
        try onThreads(connections.count) { thread in
            for number in networks where number % connections.count == thread {
                try connections[thread].post(Calls.deleteNetwork(number))
            }
        }
    }

    private func emit(_ name: String, _ title: String, _ times: [Double], _ reference: Double, _ number: Int) throws {
        let time = median(Array(times.suffix(Self.window)))
        try Figure(
            "networks.\(name).\(number)", title, time / reference, .ratio,
            note: "\(time.text) ms, C loop of links \(reference.text) ms"
        ).emit()
    }
}
