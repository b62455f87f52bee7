import Glibc
import SystemCalls
import TestSupport
import Testing

/// Receives notifications as systemd does (sd_notify(3)).
final class Notifications: Sendable {
    private let directory: TemporaryDirectory
    private let descriptor: Int32
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("notify.sock")
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        try #require(UnixAddress(path: path)?.with({ bind(descriptor, $0, $1) }) == 0)
    }

    deinit { close(descriptor) }

    /// The next notification; nil if none arrives in time.
    func next(within milliseconds: Int32 = 60_000) -> String? {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// Waits until the daemon is ready.
    func awaitReady() {
        #expect(next() == "STATUS=0 networks")
        #expect(next() == "READY=1")
    }

    /// Discards the notifications that have arrived.
    func forget() { while next(within: 0) != nil {} }
}
