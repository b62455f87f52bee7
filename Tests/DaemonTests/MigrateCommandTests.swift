import TestSupport
import Testing

@Suite("Command migrate")
struct MigrateCommandTests {
    @Test("For a Compose file, it prints a diff, and notes apart from it")
    func compose() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("compose.yaml")
        try writeTextFile(path, "networks:\n  lan:\n    driver: macvlan\n")
        let (status, output) = try await runProgram(["migrate", "--compose", path])
        #expect(status == 0)
        #expect(
            output == """
                --- \(path)
                +++ \(path)
                @@ -1,3 +1,3 @@
                 networks:
                   lan:
                -    driver: macvlan
                +    driver: swiftvlan

                """)
        try writeTextFile(path, "networks: {}\n")
        #expect(
            try await runProgram(["migrate", "--compose", path]).output
                == "\(path): no network has a driver that can move to swiftvlan\n")
    }

    @Test("A Compose file that cannot be understood or cannot be opened is refused with its name")
    func refusals() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("compose.yaml")
        let absent = try await runProgram(["migrate", "--compose", path])
        #expect(absent.status == 1)
        #expect(absent.output.contains("\(path): cannot be opened: No such file or directory"))
        try writeTextFile(path, "networks: {lan: {driver: macvlan}}\n")
        let flow = try await runProgram(["migrate", "--compose", path])
        #expect(flow.status == 1)
        #expect(flow.output.contains("\(path): line 1 is in flow style"))
        let both = try await runProgram(["migrate", "lan", "--compose", path])
        #expect(both.status == 64)
    }
}
