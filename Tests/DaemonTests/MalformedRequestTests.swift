import DaemonTestKit
import TestSupport
import Testing

@Suite("Malformed requests", .serialized)
struct MalformedRequestTests {
    /// Sends bytes that are mostly not HTTP, each on its own connection, and reads only half of the answers.
    private func sendBytes(_ count: Int, seed: UInt64, to daemon: DaemonProcess) throws {
        var requests = MalformedRequests(seed: seed)
        for number in 0..<count {
            let client = try daemon.connect()
            client.send(requests.nextBytes())
            client.endSending()
            guard number.isMultiple(of: 2) else { continue }
            while try client.receive() != nil {}
        }
    }

    /// Makes calls with mostly malformed bodies on one connection, and expects an answer to each.
    private func makeCalls(_ count: Int, seed: UInt64, to daemon: DaemonProcess) throws {
        var requests = MalformedRequests(seed: seed)
        let client = try daemon.connect()
        for _ in 0..<count {
            let request = requests.nextRequest()
            client.send(request)
            let response = try client.response()
            let isAnswered = response.status == 200 || response.refusal != nil
            #expect(isAnswered && !response.closesConnection, "\(request.prefix(1000)): \(response)")
        }
    }

    private func drop(_ count: Int, to daemon: DaemonProcess) throws {
        for _ in 0..<count { _ = try daemon.connect() }
    }

    @Test("Ten thousand malformed requests leak no memory and no descriptors")
    func endurance() async throws {
        try await DaemonProcess.with(arguments: ["--log-level", "critical"]) { daemon in
            try sendBytes(1000, seed: 1, to: daemon)
            try makeCalls(1000, seed: 2, to: daemon)
            try drop(100, to: daemon)
            let idle = try #require(daemon.usage?.openDescriptors)
            let memory = try #require(daemon.usage?.residentKilobytes)

            try sendBytes(5000, seed: 3, to: daemon)
            try makeCalls(5000, seed: 4, to: daemon)
            try drop(1000, to: daemon)

            #expect(eventually { (daemon.usage?.openDescriptors ?? .max) <= idle })
            let growth = try #require(daemon.usage?.residentKilobytes) - memory
            #expect(growth < 4096, "kilobytes, from \(memory)")
            #expect(try daemon.call("/Plugin.Activate").body == #"{"Implements":["NetworkDriver"]}"#)
            #expect(daemon.exitStatus(within: 0) == nil)
        }
    }
}
