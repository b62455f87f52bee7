import DriverCore
import DriverTestKit
import Logging
import RemoteDriver

/// Inputs that are calls of the engine: a letter that selects the call, and the body.
enum RequestInput {
    /// The paths of all calls. `A` selects the first one, and other bytes wrap around.
    private static let paths = CallTable.paths

    /// Returns whether the call succeeds. A call must be answered with status 200 or 400 and a JSON object.
    static func isUnderstood(_ input: [UInt8]) -> Bool {
        guard let letter = input.first, var driver = try? Driver(host: FakeHost(), store: MemoryStore())
        else { return false }
        let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        let path = paths[Int(letter &- UInt8(ascii: "A")) % paths.count]
        let answer = driver.result(path: path, body: Array(input.dropFirst())).answer(logger: logger)
        precondition([200, 400].contains(answer.status), "\(path) is answered with status \(answer.status)")
        precondition(answer.body.first == UInt8(ascii: "{"), "\(path) is not answered with an object")
        return answer.status == 200
    }
}
