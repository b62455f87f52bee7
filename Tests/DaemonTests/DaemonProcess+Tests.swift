import DaemonTestKit
import Glibc
import TestSupport
import Testing

extension DaemonProcess {
    /// The program that was built together with these tests.
    static let program = {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let tests = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        return String(tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex)) + "swiftvlan"
    }()

    /// Prepares the built program as a daemon in a network namespace of its own.
    convenience init(
        in directory: TemporaryDirectory, launcher: [String] = [], name: String = "swiftvlan", socket: String? = nil,
        arguments: [String] = [], environment: [String: String] = [:]
    ) {
        self.init(
            Self.program, launcher: launcher + Self.ownNetwork, in: directory, name: name, socket: socket,
            arguments: arguments, environment: environment)
    }

    /// Runs a daemon for as long as the body runs.
    static func with(
        environment: [String: String] = [:], arguments: [String] = [],
        _ body: @escaping @Sendable (DaemonProcess) throws -> Void
    ) async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(
                in: try TemporaryDirectory(), arguments: arguments, environment: environment)
            try daemon.start()
            try body(daemon)
        }
    }

    /// Runs a daemon, whose control socket is open, for as long as the body runs.
    static func withControl(
        arguments: [String] = [], _ body: @escaping @Sendable (DaemonProcess) throws -> Void
    ) async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory(), arguments: arguments)
            try daemon.startWithControl()
            try body(daemon)
        }
    }
}
