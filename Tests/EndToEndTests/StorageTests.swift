import Testing

/// Runs only if the records have their own file system, as on the throwaway host.
@Suite("Failing storage", .serialized, .onMachine)
struct StorageTests {
    @Test(
        "A network that cannot be recorded is refused cleanly, existing ones keep working, and a retry succeeds",
        arguments: [
            DiskFailure(
                reason: "No space left on device",
                begin: "dd if=/dev/zero of=/var/lib/swiftvlan/filler bs=4k 2>/dev/null || true",
                end: "rm /var/lib/swiftvlan/filler"),
            DiskFailure(
                reason: "Read-only file system", begin: "mount -o remount,ro /var/lib/swiftvlan",
                end: "mount -o remount,rw /var/lib/swiftvlan"),
        ])
    func refused(failure: DiskFailure) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run("mount -o remount,size=256k /var/lib/swiftvlan")
            try await scenario.createNetwork("lan", Scenario.lan)
            try await scenario.createNetwork("former", "--subnet 192.168.70.0/24 -o parent=eth0")
            let before = try await machine.records()
            // The service's sandbox keeps the mount from the start of the service, so the service must be restarted
            // afterwards. By then it has forgotten which files it could not remove.
            let isSandboxed = try await !machine.isThrowAway()
            try await machine.run(failure.begin)
            try await withCleanUp {
                let words = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=eth0")
                #expect(words.contains(failure.reason), "\(words)")
                #expect(words.split(separator: "\n").count == 1, "\(words)")
                #expect(try await machine.records() == before)
                // Endpoint records are on another file system.
                let web = try await scenario.startContainer("web", "--network lan")
                #expect(try await web.reaches("192.168.50.1"))
                try await machine.restartDaemon()
                try await machine.run("docker restart -t 0 web")
                #expect(try await scenario.container("web").reaches("192.168.50.1"))
                // The engine forgets a network whatever the answer is, so the daemon must delete its record later.
                if !isSandboxed { try await machine.run("docker network rm former") }
            } cleanUp: {
                try await machine.run(failure.end)
            }
            if isSandboxed {
                try await machine.restartDaemon()
                try await machine.run("docker network rm former")
            }

            try await scenario.createNetwork(
                "other", "--subnet 192.168.60.0/24 --gateway 192.168.60.1 -o parent=eth0")
            let areRight = try await machine.wait(seconds: 90, until: "[ $(ls \(Records.networks) | wc -l) = 2 ]")
            #expect(areRight, "\(before) became other records than those of the two networks")
            let db = try await scenario.startContainer("db", "--network other")
            #expect(try await db.addresses().count == 1)
            try await scenario.removeAll()
            try await machine.run("mount -o remount,size=64m /var/lib/swiftvlan")
        }
    }

    /// A disk failure, with the commands that start and end it.
    struct DiskFailure: Sendable, CustomTestStringConvertible {
        let reason: String
        let begin: String
        let end: String
        var testDescription: String { reason }
    }
}
