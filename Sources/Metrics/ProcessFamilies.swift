import Glibc

/// The metrics of the own process, under the names that every Prometheus client uses.
///
/// They come from system calls and from /proc/self, because the systemd unit hides the rest of /proc (`ProcSubset=pid` in
/// systemd.exec(5)). A value that cannot be read is left out.
package enum ProcessFamilies {
    package static func read() -> [MetricFamily] {
        let memory = memory()
        let families = [
            gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.", start),
            MetricFamily(
                "process_cpu_seconds_total", .counter, help: "CPU time of the process, user and system, in seconds.",
                samples: cpuTime().map { [MetricFamily.Sample(value: $0)] } ?? []),
            gauge("process_resident_memory_bytes", "Resident memory of the process, in bytes.", memory?.resident),
            gauge("process_virtual_memory_bytes", "Virtual memory of the process, in bytes.", memory?.virtual),
            gauge("process_open_fds", "Open file descriptors of the process.", openDescriptors()),
            gauge("process_max_fds", "Limit of open file descriptors of the process.", descriptorLimit()),
        ]
        return families.filter { !$0.samples.isEmpty }
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double?) -> MetricFamily {
        MetricFamily(name, .gauge, help: help, samples: value.map { [MetricFamily.Sample(value: $0)] } ?? [])
    }

    /// Read once: the difference between the two clocks changes when the time is set.
    private static let start = startTime()

    /// The start is field 22 of /proc/self/stat, in ticks since the kernel's boot (proc_pid_stat(5)).
    private static func startTime() -> Double? {
        // The second field is the program's name in parentheses, which may contain anything.
        guard let text = read("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        let ticksPerSecond = sysconf(Int32(_SC_CLK_TCK))
        guard fields.count > 20, let ticks = Double(fields[20]), ticksPerSecond > 0 else { return nil }
        let boot = seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME)
        return boot + ticks / Double(ticksPerSecond)
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func cpuTime() -> Double? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// The first two fields of /proc/self/statm are pages.
    private static func memory() -> (virtual: Double, resident: Double)? {
        let fields = read("/proc/self/statm")?.split(separator: " ").prefix(2).compactMap { Double($0) } ?? []
        let page = sysconf(Int32(_SC_PAGESIZE))
        guard fields.count == 2, page > 0 else { return nil }
        return (fields[0] * Double(page), fields[1] * Double(page))
    }

    private static func openDescriptors() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without ".", ".." and the folder's own descriptor.
        return Double(max(count - 3, 0))
    }

    private static func descriptorLimit() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == rlim_t.max ? .infinity : Double(limit.rlim_cur)
    }

    /// Reads the start of a file, which holds the fields that are needed.
    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
