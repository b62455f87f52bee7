import Glibc
import Metrics
import Testing

@Suite("The metrics of the process")
struct ProcessTests {
    private func value(_ name: String) throws -> Double {
        let family = try #require(ProcessFamilies.read().first { $0.name == name })
        return try #require(family.samples.first).value
    }

    @Test("The process started before now, and after the kernel")
    func start() throws {
        let now = Double(time(nil))
        let start = try value("process_start_time_seconds")
        #expect(start <= now + 1)
        #expect(start > now - 24 * 3600)
    }

    @Test("Open descriptors are counted")
    func descriptors() throws {
        // The test program's other tests run at the same time, so only a lower bound is certain.
        let held = (0..<50).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for descriptor in held { close(descriptor) } }
        #expect(try value("process_open_fds") >= 50)
        #expect(try value("process_max_fds") >= value("process_open_fds"))
    }

    @Test("Memory and CPU time have plausible values")
    func usage() throws {
        let resident = try value("process_resident_memory_bytes")
        #expect(resident > 1_048_576)
        #expect(try value("process_virtual_memory_bytes") > resident)
        let before = try value("process_cpu_seconds_total")
        // In microseconds of CPU time, as POSIX demands.
        let limit = clock() + 50_000
        while clock() < limit {}
        #expect(try value("process_cpu_seconds_total") >= before + 0.04)
    }
}
