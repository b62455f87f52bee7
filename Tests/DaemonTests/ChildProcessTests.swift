import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Child processes of the tests")
struct ChildProcessTests {
    @Test("A daemon ends when the test program is killed")
    func killedParent() async throws {
        let directory = try TemporaryDirectory()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
            let daemon = DaemonProcess(in: try TemporaryDirectory(in: path))
            try daemon.start()
            try writeTextFile("\(path)/id", "\(daemon.process.id)")
            kill(getpid(), SIGKILL)
        }
        let id = try #require(pid_t(try readTextFile(directory.file("id"))))
        #expect(eventually { kill(id, 0) != 0 && errno == ESRCH })
    }

    @Test("A child process gets its descriptors and no others")
    func descriptors() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let other = open("/dev/null", O_RDONLY)
            defer { close(other) }
            let process = try ChildProcess(
                ["sh", "-c", "echo /proc/self/fd/*"], descriptors: [other, other], output: directory.file("output"))
            #expect(process.exitStatus() == 0)
            let names = process.output.split(separator: " ").compactMap { $0.split(separator: "/").last }
            #expect(names.prefix(5) == ["0", "1", "2", "3", "4"])
            #expect(names.count <= 6, "the shell's own directory may be open")
        }
    }
}
