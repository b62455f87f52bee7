import FaultPoints
import Glibc
import TestSupport
import Testing

@Suite("Fault points")
struct FaultPointTests {
    @Test("Fault points are counted and have no effect before the step that the test names")
    func counting() async throws {
        let directory = try TemporaryDirectory()
        let faults = try FaultFile(path: directory.file("faults"))
        faults.killAt = 4
        await #expect(processExitsWith: .success) { [path = faults.path as String] in
            setenv(FaultFile.variable, path, 1)
            for _ in 0..<3 { FaultPoint.pass() }
        }
        #expect(faults.passages == 3)
    }

    @Test("Fault points end the process exactly at the step that the test names")
    func killing() async throws {
        let directory = try TemporaryDirectory()
        let faults = try FaultFile(path: directory.file("faults"))
        faults.killAt = 2
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = faults.path as String] in
            setenv(FaultFile.variable, path, 1)
            for _ in 0..<3 { FaultPoint.pass() }
        }
        #expect(faults.passages == 2)
    }

    @Test("Fault points do nothing if the file is missing or too short", arguments: ["missing", "short"])
    func unusable(_ name: String) async throws {
        let directory = try TemporaryDirectory()
        close(open(directory.file("short"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        await #expect(processExitsWith: .success) { [path = directory.file(name) as String] in
            setenv(FaultFile.variable, path, 1)
            FaultPoint.pass()
        }
    }
}
