import Testing

@Suite("Times until the fabric follows a change", .serialized, .inFabric)
struct FabricTimeTests {
    private static let rounds = 7

    @Test("A container answers the station soon after its start, and its route goes soon after its end")
    func container() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            try await fabric.createSpanningNetwork()
            var joins: [Double] = []
            var answers: [Double] = []
            var withdrawals: [Double] = []
            for _ in 0..<Self.rounds {
                let watch = try await RouteWatch.start(in: fabric, pinging: ["10.30.7.200"], answering: false)
                try await fabric.on(.host1, RouteWatch.startMonitor)
                let web = try await fabric.startContainer("web", on: .host1, "--network spanning --ip 10.30.7.200")
                #expect(try await fabric.reaches("10.30.7.200", from: .station))
                try await web.remove()
                #expect(try await fabric.awaitLearnedRoutes([]) == [])
                let seen = try await watch.stop()
                let local = RouteWatch.changes(
                    in: try await fabric.on(.host1, RouteWatch.stopMonitor), of: ["118", "swiftvlan"])

                let join = try #require(local.first { $0.destination == "10.30.7.200" && !$0.isWithdrawal }).time
                let leave = try #require(local.first { $0.destination == "10.30.7.200" && $0.isWithdrawal }).time
                joins.append(try #require(seen.time(of: "10.30.7.200", withdrawn: false)) - join)
                answers.append(try #require(seen.answer(of: 0, after: join)) - join)
                withdrawals.append(try #require(seen.time(of: "10.30.7.200", withdrawn: true)) - leave)
            }
            report("from the route at Join to the router's route", joins)
            report("from the route at Join to the station's first answer", answers)
            report("from the route's end at Leave to its withdrawal at the router", withdrawals)
        }
    }

    @Test("The routes of a host without power are withdrawn", arguments: ["", "silently"])
    func host(way: String) async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            var times: [Double] = []
            for _ in 0..<3 {
                try await fabric.createSpanningNetwork(on: [.host1])
                let web = try await fabric.startContainer("web", on: .host1, "--network spanning")
                #expect(try await fabric.awaitLearnedRoutes(web.routes) == web.routes)
                let watch = try await RouteWatch.start(in: fabric, pinging: [])
                let cut = try await fabric.machine.run("date +%s.%N; fabric cut host1 \(way)")
                #expect(try await fabric.awaitLearnedRoutes([]) == [])
                let seen = try await watch.stop()
                let start = try #require(Double(cut)).truncatingRemainder(dividingBy: 86_400)
                // The kernel does not report IPv4 routes that go with a link's carrier (`fib_flush`).
                times.append(try #require(seen.time(of: web.addresses[1], withdrawn: true)) - start)
                try await fabric.machine.run("fabric boot host1")
                try await fabric.on(.host1, "docker rm -f web; docker network rm spanning")
            }
            report("from the cut\(way.isEmpty ? "" : " behind a switch") to the withdrawal at the router", times)
        }
    }

    /// Prints the median and the worst of some times in seconds.
    private func report(_ what: String, _ times: [Double]) {
        let sorted = times.sorted().map { ($0 * 1000).rounded() }
        print("  \(what): median \(sorted[sorted.count / 2]) ms, worst \(sorted[sorted.count - 1]) ms,", sorted.count)
    }
}
