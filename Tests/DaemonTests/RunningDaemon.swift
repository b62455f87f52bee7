import Configuration
import Glibc
import ServerTestKit
import Testing

/// The built program as a daemon, in a network namespace of its own, on a socket of its own.
final class RunningDaemon: Sendable {
    let directory: TemporaryDirectory
    let path: String
    let process: ChildProcess

    /// The product that was built together with these tests.
    static var program: String {
        get throws {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink("/proc/self/exe", &buffer, buffer.count)
            let tests = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let slash = try #require(tests.lastIndex(of: "/"))
            return tests[...slash] + "swiftvlan"
        }
    }

    /// The daemon's command, behind what puts it into a network namespace without needing to be root.
    static func command(in directory: TemporaryDirectory, _ arguments: String...) throws -> [String] {
        let user = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
        let records = [
            "--state-directory", directory.file("state"), "--runtime-directory", directory.file("runtime"),
        ]
        return try ["unshare"] + user + ["--net", "--", program, "daemon"] + records + arguments
    }

    private init(environment: [String: String], arguments: [String]) throws {
        directory = try TemporaryDirectory()
        path = directory.file("swiftvlan.sock")
        // Not with the settings of the host that the tests run on.
        let settings = [SettingSources.pathVariable: "/dev/null"]
        process = try ChildProcess(
            try Self.command(in: directory, "--socket", path) + arguments,
            environment: settings.merging(environment) { $1 },
            output: directory.file("log"))
        guard eventually({ access(path, F_OK) == 0 && (try? connect()) != nil }) else {
            Issue.record("the daemon does not start: \(process.output)")
            return
        }
    }

    /// Runs a daemon for as long as the body runs.
    static func with(
        environment: [String: String] = [:],
        arguments: [String] = [],
        _ body: @escaping @Sendable (RunningDaemon) throws -> Void
    ) async throws {
        try await onOwnThread { try body(RunningDaemon(environment: environment, arguments: arguments)) }
    }

    func connect() throws -> UnixClient { try UnixClient(path: path) }

    /// Makes one call on a connection of its own.
    func call(_ path: String, _ body: String = "") throws -> Response {
        let client = try connect()
        client.send(post(path, body))
        return try client.response()
    }
}
