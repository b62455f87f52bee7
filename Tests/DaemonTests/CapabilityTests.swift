import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Capabilities")
struct CapabilityTests {
    // The numbers of linux/capability.h.
    private static let netAdmin: UInt64 = 1 << 12
    private static let netRaw: UInt64 = 1 << 13

    @Test("Every thread of the daemon has CAP_NET_ADMIN and CAP_NET_RAW and no other capability")
    func capabilities() async throws {
        try await DaemonProcess.with { daemon in
            try Self.expectThreads(of: daemon, have: Self.netAdmin | Self.netRaw)
            #expect(!daemon.output.contains("CAP_NET_RAW"), "\(daemon.output)")
        }
    }

    @Test("A daemon without CAP_NET_RAW serves, and its log says once what it leaves out and how to change that")
    func withoutRawPackets() async throws {
        try await onOwnThread {
            let launcher = DaemonProcess.ownNetwork + ["setpriv", "--bounding-set", "-net_raw", "--"]
            let daemon = DaemonProcess(DaemonProcess.program, launcher: launcher, in: try TemporaryDirectory())
            try daemon.start()
            try Self.expectThreads(of: daemon, have: Self.netAdmin)
            #expect(try daemon.call(Calls.capabilities.0).status == 200)
            let lines = { daemon.output.split(separator: "\n").filter { $0.contains("CAP_NET_RAW") } }
            #expect(eventually { !lines().isEmpty }, "\(daemon.output)")
            try daemon.stop()
            #expect(lines().count == 1, "\(daemon.output)")
            #expect(lines().allSatisfy { $0.contains("conflicts are not checked and addresses are not announced") })
            #expect(lines().allSatisfy { $0.contains("AmbientCapabilities=") })
        }
    }

    /// Expects each of the threads that a serving daemon has: main program, server, driver and monitor.
    private static func expectThreads(of daemon: DaemonProcess, have set: UInt64) throws {
        let tasks = "/proc/\(try daemon.process.id)/task"
        let digits = String(set, radix: 16)
        let expected = String(repeating: "0", count: 16 - digits.count) + digits
        // A thread that ends meanwhile cuts the listing short (next_tid in fs/proc/base.c).
        var threads: [[Substring]] = []
        let areListed = try eventually {
            let names = try namesInDirectory(tasks).filter { $0.first?.isNumber == true }
            threads = names.compactMap { try? readTextFile("\(tasks)/\($0)/status").split(separator: "\n") }
            return threads.count >= 4
        }
        #expect(areListed, "\(threads.map(\.first))")
        for status in threads {
            for name in ["CapPrm", "CapEff"] { #expect(status.contains("\(name):\t\(expected)"), "\(status)") }
            #expect(status.contains("NoNewPrivs:\t1"))
        }
    }
}
