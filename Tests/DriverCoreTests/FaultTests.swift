import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

/// A call of which one step fails, and the state in which it is made.
struct FaultCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let prepare: @Sendable (inout DriverFixture) throws -> Void
    let call: @Sendable (inout DriverFixture) throws(DriverError) -> Void

    init(
        _ description: String,
        after prepare: @escaping @Sendable (inout DriverFixture) throws -> Void = { _ in },
        _ call: @escaping @Sendable (inout DriverFixture) throws(DriverError) -> Void
    ) {
        testDescription = description
        self.prepare = prepare
        self.call = call
    }

    private func prepared() throws -> DriverFixture {
        var fixture = try DriverFixture()
        try prepare(&fixture)
        fixture.faults.reset()
        return fixture
    }

    /// Fails each step of the call in turn and checks the state before the call, after the failure and after a retry.
    ///
    /// Calls that remove something may succeed despite a failing host; they retry the removal later.
    func eachFault(
        canFail: Bool = true,
        _ check: (_ step: Int, _ before: ObservedState, _ after: ObservedState, _ again: ObservedState) -> Void
    ) throws {
        var untroubled = try prepared()
        try call(&untroubled)
        let steps = untroubled.faults.steps
        for step in 1...steps {
            var fixture = try prepared()
            let before = ObservedState(fixture)
            fixture.faults.reset(failingAt: step)
            if canFail {
                #expect(throws: DriverError.self, "step \(step) of \(steps)") { try call(&fixture) }
            } else {
                try? call(&fixture)
            }
            let after = ObservedState(fixture)
            fixture.faults.reset()
            try call(&fixture)
            check(step, before, after, ObservedState(fixture))
            #expect(ObservedState(fixture) == ObservedState(untroubled), "repeated after a fault in step \(step)")
        }
    }
}

@Suite("Failing steps in the kernel or the store")
struct FaultTests {
    private static let whole: [FaultCase] = [
        FaultCase("CreateNetwork on an existing link") { fixture throws(DriverError) in try fixture.createNetwork() },
        FaultCase("CreateNetwork on a new VLAN link") { fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth0.50"])
        },
        FaultCase("CreateNetwork without a parent") { fixture throws(DriverError) in
            try fixture.createNetwork(.first, [:])
        },
        FaultCase("repeated CreateNetwork", after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }) {
            fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth0.50"])
        },
        FaultCase(
            "repeated CreateNetwork with a deleted parent",
            after: {
                try $0.createNetwork(.first, [:])
                $0.host.remove("sd-1f0e9d8c7b6a")
            }
        ) { fixture throws(DriverError) in try fixture.createNetwork(.first, [:]) },
        FaultCase("CreateNetwork with host access", after: hasAddresses) { fixture throws(DriverError) in
            try fixture.createNetwork(.first, access)
        },
        FaultCase("CreateNetwork with host access at layer 3", after: hasAddresses) { fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        },
        FaultCase("CreateNetwork with host access on a new VLAN link") { fixture throws(DriverError) in
            try fixture.createNetwork(
                .first, ["parent": "eth0.50", "host_access": "on"], hostAddresses: ["192.168.50.3", "fd00:50::3"])
        },
        FaultCase(
            "CreateNetwork that moves layer 3 routes to the shim",
            after: {
                try hasAddresses(&$0)
                try $0.createNetwork(.second, ["parent": "eth0", "mode": "l3"])
            }
        ) { fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        },
        FaultCase("Join with host access", after: hasAccess) { fixture throws(DriverError) in
            try fixture.join(.mail)
        },
        FaultCase(
            "Join with host access after Leave",
            after: {
                try hasAccess(&$0)
                $0.leave()
            }
        ) { fixture throws(DriverError) in try fixture.join() },
        FaultCase("repeated Join with host access", after: hasAccess) { fixture throws(DriverError) in
            try fixture.join()
        },
        FaultCase("CreateEndpoint", after: { try $0.createNetwork() }) { fixture throws(DriverError) in
            try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        },
        FaultCase("Join", after: hasEndpoint) { fixture throws(DriverError) in try fixture.join() },
        FaultCase(
            "repeated Join",
            after: {
                try hasEndpoint(&$0)
                try $0.join()
            }
        ) { fixture throws(DriverError) in try fixture.join() },
    ]

    private static let removing: [FaultCase] = [
        FaultCase("DeleteNetwork", after: { try $0.createNetwork() }) { fixture throws(DriverError) in
            try fixture.deleteNetwork()
        },
        FaultCase("DeleteNetwork with a VLAN link", after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }) {
            fixture throws(DriverError) in
            try fixture.deleteNetwork()
        },
        FaultCase("DeleteNetwork of an isolated network", after: { try $0.createNetwork(.first, [:]) }) {
            fixture throws(DriverError) in
            try fixture.deleteNetwork()
        },
        FaultCase("DeleteEndpoint", after: hasEndpoint) { fixture throws(DriverError) in try fixture.deleteEndpoint() },
        FaultCase(
            "DeleteEndpoint with a link",
            after: {
                try hasEndpoint(&$0)
                try $0.join()
            }
        ) { fixture throws(DriverError) in try fixture.deleteEndpoint() },
        FaultCase(
            "CreateNetwork that moves a network to another VLAN",
            after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }
        ) {
            fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth1.60", "mode": "l2"])
        },
        FaultCase(
            "CreateNetwork that makes a network isolated",
            after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }
        ) { fixture throws(DriverError) in try fixture.createNetwork(.first, [:]) },
        FaultCase("Leave with host access", after: hasAccess) { fixture throws(DriverError) in fixture.leave() },
        FaultCase("DeleteEndpoint with host access", after: hasAccess) { fixture throws(DriverError) in
            try fixture.deleteEndpoint()
        },
        FaultCase("DeleteNetwork with host access", after: hasAccess) { fixture throws(DriverError) in
            try fixture.deleteNetwork()
        },
        FaultCase(
            "DeleteNetwork that leaves a shim to another network",
            after: {
                try hasAccess(&$0)
                try $0.createNetwork(.second, access)
            }
        ) { fixture throws(DriverError) in try fixture.deleteNetwork() },
        FaultCase("CreateNetwork that ends host access", after: hasAccess) { fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth0"])
        },
        FaultCase("DeleteNetwork with endpoints", after: hasJoinedEndpoints) { fixture throws(DriverError) in
            try fixture.deleteNetwork()
        },
        FaultCase("CreateNetwork that replaces a network with endpoints", after: hasJoinedEndpoints) {
            fixture throws(DriverError) in
            try fixture.createNetwork(.first, ["parent": "eth1", "mode": "l3"])
        },
        FaultCase("CreateEndpoint that replaces two lost endpoints", after: hasJoinedEndpoints) {
            fixture throws(DriverError) in
            try fixture.createEndpoint(.dns, ["192.168.50.10/24", "fd00:50::10/64"])
        },
        FaultCase(
            "DeleteNetwork on a nested VLAN",
            after: {
                try $0.createNetwork(.second, ["parent": "eth0.10"])
                try $0.createNetwork(.first, ["parent": "eth0.10.20"])
                try $0.deleteNetwork(.second)
            }
        ) { fixture throws(DriverError) in try fixture.deleteNetwork() },
    ]

    @Test("A failed call is rolled back and can be repeated", arguments: whole)
    func restored(_ fault: FaultCase) throws {
        try fault.eachFault { step, before, after, again in
            #expect(after == before, "after a fault in step \(step)")
            #expect(again.orphans == [])
            #expect(again.missing == [])
        }
    }

    /// A link that has been taken out of service does not come back, so these calls cannot roll back everything.
    @Test("A failed removal leaves no orphan, stays pending, and is retried", arguments: removing)
    func resumed(_ fault: FaultCase) throws {
        try fault.eachFault(canFail: false) { step, _, after, again in
            #expect(after.orphans == [], "after a fault in step \(step)")
            #expect(again.orphans == [])
            #expect(again.missing == [])
            #expect(again.pendingLinks == [])
        }
    }

    @Test("A failed step's error message is passed on unchanged")
    func messages() throws {
        let fixture = try DriverFixture()
        let messages = try (1...2).map { step in
            fixture.faults.reset(failingAt: step)
            return try fixture.refusal { fixture throws(DriverError) in try fixture.createNetwork() }
        }
        #expect(messages == (1...2).map { "step \($0) was made to fail" })
    }

    @Test("A driver does not start when its records cannot be loaded")
    func load() throws {
        let faults = FaultSchedule()
        faults.reset(failingAt: 1)
        #expect(throws: DriverError.store(StateStoreError(message: "step 1 was made to fail"))) {
            try Driver(host: FakeHost.usual(), store: MemoryStore(faults: faults))
        }
    }

    private static func hasEndpoint(_ fixture: inout DriverFixture) throws {
        try fixture.createNetwork()
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
    }

    private static let access = ["parent": "eth0", "host_access": "on"]

    private static func hasAddresses(_ fixture: inout DriverFixture) throws {
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        fixture.host.addAddress("fd00:50::2/64", to: "eth0")
    }

    private static func hasAccess(_ fixture: inout DriverFixture) throws {
        try hasAddresses(&fixture)
        try fixture.createNetwork(.first, access)
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        try fixture.createEndpoint(.mail, ["10.50.0.10/16"])
        try fixture.join(.web)
    }

    private static func hasJoinedEndpoints(_ fixture: inout DriverFixture) throws {
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.createEndpoint(.mail, ["10.50.0.10/16", "fd00:50::10/64"])
        try fixture.join(.web)
        try fixture.join(.mail)
    }
}
