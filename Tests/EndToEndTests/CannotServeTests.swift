import Testing

/// Runs under systemd only. `lab/package` tests other causes, and a reboot with one of them.
@Suite("A service with a configuration error", .serialized, .onMachine)
struct CannotServeTests {
    @Test("A mistake in the settings is reported to Docker users, does not block Docker, and is gone after a reload")
    func mistake() async throws {
        let machine = try #require(MachineFixture.current)
        let file = "/etc/swiftvlan/swiftvlan.toml"
        try await machine.run("cp -p \(file) /run/settings; echo 'sokcet = 1' >>\(file)")
        try await withCleanUp {
            try await machine.restartDaemon()
            let reason = /swiftvlan cannot serve: \/etc\/swiftvlan\/swiftvlan.toml:[0-9]+: unknown setting "sokcet"/
            let creation = "docker network create -d swiftvlan --subnet 192.168.64.0/24 refused"
            let refused = try await machine.attempt("timeout 60 \(creation)")
            #expect(refused.status == 1)
            #expect(refused.errors.contains(reason), "\(refused)")
            try await machine.run("timeout 30 docker volume ls")
            let status = try await machine.run("systemctl show -P StatusText swiftvlan.service")
            #expect(status.hasPrefix("Cannot serve: \(file):"), "\(status)")
        } cleanUp: {
            try await machine.run("cp -p /run/settings \(file); systemctl reload swiftvlan.service")
        }
        let creation = "docker network create -d swiftvlan --subnet 192.168.64.0/24 accepted"
        #expect(try await machine.wait(seconds: 60, until: "timeout 60 \(creation)"))
        try await machine.run("docker network rm accepted")
    }
}
