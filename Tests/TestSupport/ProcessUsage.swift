package import Glibc

/// The resources that a process uses now; nil if the process has ended.
package struct ProcessUsage {
    package let openDescriptors: Int?
    /// The resident memory in kilobytes (proc(5)).
    package let residentKilobytes: Int?

    package init(of id: pid_t) {
        openDescriptors = try? namesInDirectory("/proc/\(id)/fd").count
        let status = try? readTextFile("/proc/\(id)/status")
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        residentKilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
