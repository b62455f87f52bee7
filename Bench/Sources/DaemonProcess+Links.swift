import CSystemCalls
import DaemonTestKit
import Glibc
import TestSupport

extension DaemonProcess {
    /// The prefix of the names of endpoints' links.
    private static let linkPrefix = "sv"

    /// Starts the program, and returns once it has answered a call.
    func startAnswering() throws {
        try start()
        try connect().succeed(Calls.capabilities)
    }

    /// The daemon's resident memory, in megabytes of 1024 × 1024 bytes.
    var residentMegabytes: Double {
        get throws {
            guard let kilobytes = usage?.residentKilobytes else {
                throw ProcessError("The daemon has exited: \(output)")
            }
            return Double(kilobytes) / 1024
        }
    }

    /// The processor time that the daemon has used so far. Other work on the machine hardly changes it.
    var processorTime: Duration {
        get throws {
            var clock = clockid_t()
            var time = timespec()
            guard clock_getcpuclockid(try process.id, &clock) == 0, clock_gettime(clock, &time) == 0 else {
                throw ProcessError("The daemon has exited: \(output)")
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

    /// Waits until the kernel has completely removed the last link.
    ///
    /// A link leaves the kernel's lists in the middle of its removal (`unregister_netdevice_many_notify` in
    /// net/core/dev.c), and the kernel blocks the caller until the rest is done. So this waits for the caller too.
    func awaitLinksGone() throws {
        for _ in 0..<120_000 {
            if try Self.linkCount == 0, try !isInNetlinkCall { return }
            usleep(500)
        }
        throw ProcessError("The daemon does not delete its links: \(output)")
    }

    /// Whether a thread of the daemon is running or inside a netlink call (`/proc/PID/task/TID/syscall`, proc(5)).
    private var isInNetlinkCall: Bool {
        get throws {
            let calls = ["running", "\(system_call_sendto) ", "\(system_call_sendmsg) "]
            let tasks = "/proc/\(try process.id)/task"
            return try namesInDirectory(tasks).contains { thread in
                // The thread may have exited in the meantime.
                let call = (try? readTextFile("\(tasks)/\(thread)/syscall")) ?? ""
                return calls.contains { call.hasPrefix($0) }
            }
        }
    }
}

extension HTTPClient {
    /// Sends a request that must succeed, so that no figure measures refusals.
    func succeed(_ request: [UInt8]) throws {
        let response = try call(request)
        guard response.status / 100 == 2, !response.bodyBytes.starts(with: #"{"Err""#.utf8) else {
            throw ProcessError(
                "A call was refused: \(String(decoding: request, as: UTF8.self))\n\(response.status) \(response.body)")
        }
    }
}
