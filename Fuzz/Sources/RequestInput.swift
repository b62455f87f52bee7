import DriverCore
import DriverTestKit
import Logging
import RemoteDriver

/// Inputs that are calls of the engine: a letter that chooses the call, and the body.
enum RequestInput {
    /// `A` chooses the first, `P` the last; other bytes wrap around.
    private static let paths = [
        "/Plugin.Activate", "/NetworkDriver.GetCapabilities", "/NetworkDriver.AllocateNetwork",
        "/NetworkDriver.FreeNetwork", "/NetworkDriver.GwAllocCheck", "/NetworkDriver.CreateNetwork",
        "/NetworkDriver.DeleteNetwork", "/NetworkDriver.CreateEndpoint", "/NetworkDriver.EndpointOperInfo",
        "/NetworkDriver.DeleteEndpoint", "/NetworkDriver.Join", "/NetworkDriver.Leave",
        "/NetworkDriver.ProgramExternalConnectivity", "/NetworkDriver.RevokeExternalConnectivity",
        "/NetworkDriver.DiscoverNew", "/NetworkDriver.DiscoverDelete",
    ]

    /// Whether the call's arguments can be read; the driver's answer does not matter.
    static func isUnderstood(_ input: [UInt8]) -> Bool {
        guard let letter = input.first, let driver = try? DriverEngine(host: FakeHost(), store: MemoryStore())
        else { return false }
        let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        var remote = RemoteDriver(driver, logger: logger)
        let path = paths[Int(letter &- UInt8(ascii: "A")) % paths.count]
        let call = RemoteCalls.read(path: path, body: Array(input.dropFirst()))
        let answer = remote.carryOut(call).answer(logger: logger)
        precondition([200, 400].contains(answer.status), "\(path) is answered with status \(answer.status)")
        precondition(answer.body.first == UInt8(ascii: "{"), "\(path) is not answered with an object")
        return answer.status == 200
    }
}
