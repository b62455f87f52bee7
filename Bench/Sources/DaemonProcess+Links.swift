import CSystemCalls
import DaemonTestKit
import Glibc
import TestSupport

extension DaemonProcess {
    /// What the names of endpoints' links begin with.
    private static let linkPrefix = "sv"

    /// Starts the program; when this returns it has answered a call.
    func startAnswering() throws {
        try start()
        try connect().succeed(Calls.capabilities)
    }

    /// The memory that the daemon occupies, in megabytes of 1024 × 1024 bytes.
    var residentMegabytes: Double {
        get throws {
            guard let kilobytes = usage?.residentKilobytes else {
                throw ProcessError("The daemon has ended: \(output)")
            }
            return Double(kilobytes) / 1024
        }
    }

    /// The processor time that the daemon has used so far, which other work on the machine does not change much.
    var processorTime: Duration {
        get throws {
            var clock = clockid_t()
            var time = timespec()
            guard clock_getcpuclockid(try process.id, &clock) == 0, clock_gettime(clock, &time) == 0 else {
                throw ProcessError("The daemon has ended: \(output)")
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
        throw ProcessError("The daemon does not delete its links: \(output)")
    }

    /// Whether one of its threads is inside a netlink call, or on the way (`/proc/PID/task/TID/syscall`, proc(5)).
    private var isInNetlinkCall: Bool {
        get throws {
            let calls = ["running", "\(system_call_sendto) ", "\(system_call_sendmsg) "]
            let tasks = "/proc/\(try process.id)/task"
            return try namesInDirectory(tasks).contains { thread in
                // A thread may end in between.
                let call = (try? readTextFile("\(tasks)/\(thread)/syscall")) ?? ""
                return calls.contains { call.hasPrefix($0) }
            }
        }
    }
}

extension HTTPClient {
    /// Sends a request, whose answer must be a success: no figure may be of refusals.
    func succeed(_ request: [UInt8]) throws {
        let response = try call(request)
        guard response.status / 100 == 2, !response.bodyBytes.starts(with: #"{"Err""#.utf8) else {
            throw ProcessError(
                "a call was refused: \(String(decoding: request, as: UTF8.self))\n\(response.status) \(response.body)")
        }
    }
}
