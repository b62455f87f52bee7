import CSystemCalls
import Glibc
import ServerTestKit
import TestSupport

/// The daemon under measurement, in the bench's own network namespace.
final class Daemon: Sendable {
    /// What the names of endpoints' links begin with.
    private static let linkPrefix = "sv"

    let socket: String
    private let child: Child

    /// Starts the program; when this returns it has answered a call.
    init(_ place: Workplace) throws {
        socket = place.directory.file("swiftvlan.sock")
        let records = ["state", "runtime"].flatMap { ["--\($0)-directory", place.directory.file($0)] }
        child = try Child(
            [place.daemon, "daemon", "--socket", socket] + records, output: place.directory.file("daemon.log"))
        for _ in 0..<100_000 {
            if let connection = try? Connection(to: socket) {
                try connection.post(Calls.capabilities)
                return
            }
            usleep(100)
        }
        throw BenchError("The daemon does not start: \(child.printed)")
    }

    func stop() {
        child.stop()
    }

    /// The memory that it occupies, in megabytes of 1024 × 1024 bytes (proc(5)).
    var residentMegabytes: Double {
        get throws {
            let status = try readTextFile("/proc/\(child.id)/status").split(separator: "\n")
            guard let line = status.first(where: { $0.hasPrefix("VmRSS:") }),
                let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
            else { throw BenchError("The daemon is not there any more: \(child.printed)") }
            return kilobytes / 1024
        }
    }

    /// The processor time that it has used so far, which other work on the machine does not change much.
    var processorTime: Duration {
        get throws {
            var clock = clockid_t()
            var time = timespec()
            guard clock_getcpuclockid(child.id, &clock) == 0, clock_gettime(clock, &time) == 0 else {
                throw BenchError("The daemon is not there any more: \(child.printed)")
            }
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
    }

    /// The number of endpoints' links that the kernel has in this network namespace.
    static var linkCount: Int {
        get throws {
            try readTextFile("/proc/self/net/dev").split(separator: "\n")
                .count { $0.drop { $0 == " " }.hasPrefix(linkPrefix) }
        }
    }

    /// Returns when the last link is gone: out of the kernel's lists, and done with.
    ///
    /// A link leaves the lists in the middle of its removal (`unregister_netdevice_many_notify` in net/core/dev.c), and
    /// a caller of the kernel's is held until the rest is done. So this waits for the caller too.
    func awaitLinksGone() throws {
        for _ in 0..<120_000 {
            if try Self.linkCount == 0, try !isInNetlinkCall { return }
            usleep(500)
        }
        throw BenchError("The daemon leaves links behind: \(child.printed)")
    }

    /// Whether a thread of its is inside a call of netlink's, or on the way (`/proc/PID/task/TID/syscall`, proc(5)).
    private var isInNetlinkCall: Bool {
        get throws {
            let calls = ["running", "\(system_call_sendto) ", "\(system_call_sendmsg) "]
            return try namesInDirectory("/proc/\(child.id)/task").contains { thread in
                // A thread may end in between.
                let call = (try? readTextFile("/proc/\(child.id)/task/\(thread)/syscall")) ?? ""
                return calls.contains { call.hasPrefix($0) }
            }
        }
    }
}
