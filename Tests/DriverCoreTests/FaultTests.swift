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
        var lab = try DriverFixture()
        try prepare(&lab)
        lab.faults.reset()
        return lab
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
            var lab = try prepared()
            let before = ObservedState(lab)
            lab.faults.reset(failingAt: step)
            if canFail {
                #expect(throws: DriverError.self, "step \(step) of \(steps)") { try call(&lab) }
            } else {
                try? call(&lab)
            }
            let after = ObservedState(lab)
            lab.faults.reset()
            try call(&lab)
            check(step, before, after, ObservedState(lab))
            #expect(ObservedState(lab) == ObservedState(untroubled), "repeated after a fault in step \(step)")
        }
    }
}

@Suite("Failing steps in the kernel or the store")
struct FaultTests {
    private static let whole: [FaultCase] = [
        FaultCase("CreateNetwork on an existing link") { lab throws(DriverError) in try lab.createNetwork() },
        FaultCase("CreateNetwork on a new VLAN link") { lab throws(DriverError) in
            try lab.createNetwork(.first, ["parent": "eth0.50"])
        },
        FaultCase("CreateNetwork without a parent") { lab throws(DriverError) in try lab.createNetwork(.first, [:]) },
        FaultCase("repeated CreateNetwork", after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }) {
            lab throws(DriverError) in
            try lab.createNetwork(.first, ["parent": "eth0.50"])
        },
        FaultCase(
            "repeated CreateNetwork with a deleted parent",
            after: {
                try $0.createNetwork(.first, [:])
                $0.host.remove("sd-1f0e9d8c7b6a")
            }
        ) { lab throws(DriverError) in try lab.createNetwork(.first, [:]) },
        FaultCase("CreateEndpoint", after: { try $0.createNetwork() }) { lab throws(DriverError) in
            try lab.createEndpoint(.web, ["192.168.50.10/24"])
        },
        FaultCase("Join", after: hasEndpoint) { lab throws(DriverError) in try lab.join() },
        FaultCase(
            "repeated Join",
            after: {
                try hasEndpoint(&$0)
                try $0.join()
            }
        ) { lab throws(DriverError) in try lab.join() },
    ]

    private static let removing: [FaultCase] = [
        FaultCase("DeleteNetwork", after: { try $0.createNetwork() }) { lab throws(DriverError) in
            try lab.deleteNetwork()
        },
        FaultCase("DeleteNetwork with a VLAN link", after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }) {
            lab throws(DriverError) in
            try lab.deleteNetwork()
        },
        FaultCase("DeleteNetwork of an isolated network", after: { try $0.createNetwork(.first, [:]) }) {
            lab throws(DriverError) in
            try lab.deleteNetwork()
        },
        FaultCase("DeleteEndpoint", after: hasEndpoint) { lab throws(DriverError) in try lab.deleteEndpoint() },
        FaultCase(
            "DeleteEndpoint with a link",
            after: {
                try hasEndpoint(&$0)
                try $0.join()
            }
        ) { lab throws(DriverError) in try lab.deleteEndpoint() },
        FaultCase(
            "CreateNetwork that moves a network to another VLAN",
            after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }
        ) {
            lab throws(DriverError) in
            try lab.createNetwork(.first, ["parent": "eth1.60", "mode": "l2"])
        },
        FaultCase(
            "CreateNetwork that makes a network isolated",
            after: { try $0.createNetwork(.first, ["parent": "eth0.50"]) }
        ) { lab throws(DriverError) in try lab.createNetwork(.first, [:]) },
        FaultCase("DeleteNetwork with endpoints", after: hasJoinedEndpoints) { lab throws(DriverError) in
            try lab.deleteNetwork()
        },
        FaultCase("CreateNetwork that replaces a network with endpoints", after: hasJoinedEndpoints) {
            lab throws(DriverError) in
            try lab.createNetwork(.first, ["parent": "eth1", "mode": "l3"])
        },
        FaultCase("CreateEndpoint that replaces two lost endpoints", after: hasJoinedEndpoints) {
            lab throws(DriverError) in
            try lab.createEndpoint(.dns, ["192.168.50.10/24", "fd00:50::10/64"])
        },
        FaultCase(
            "DeleteNetwork on a nested VLAN",
            after: {
                try $0.createNetwork(.second, ["parent": "eth0.10"])
                try $0.createNetwork(.first, ["parent": "eth0.10.20"])
                try $0.deleteNetwork(.second)
            }
        ) { lab throws(DriverError) in try lab.deleteNetwork() },
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
        let lab = try DriverFixture()
        let messages = try (1...2).map { step in
            lab.faults.reset(failingAt: step)
            return try lab.refusal { lab throws(DriverError) in try lab.createNetwork() }
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

    private static func hasEndpoint(_ lab: inout DriverFixture) throws {
        try lab.createNetwork()
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
    }

    private static func hasJoinedEndpoints(_ lab: inout DriverFixture) throws {
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.createEndpoint(.mail, ["10.50.0.10/16", "fd00:50::10/64"])
        try lab.join(.web)
        try lab.join(.mail)
    }
}
