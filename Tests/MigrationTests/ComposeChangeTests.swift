import DaemonTestKit
import Migration
import TestSupport
import Testing

/// A Compose file before and after the move.
struct ComposeCase: CustomTestStringConvertible {
    let title: String
    let before: String
    let after: String
    var testDescription: String { title }

    init(_ title: String, _ before: String, _ after: String) {
        (self.title, self.before, self.after) = (title, before, after)
    }
}

@Suite("Changes of Compose files")
struct ComposeChangeTests {
    private static let cases = [
        ComposeCase(
            "the driver changes, and comments, quotes and order stay",
            """
            # networks: none
            services:
              web:
                image: nginx   # driver: macvlan
                networks:
                  lan: {ipv4_address: 192.168.50.20}

            networks:

              # the LAN
              lan:
                driver:   "macvlan"   # Docker's
                driver_opts:
                  parent: eth0.50     # the VLAN
                  macvlan_mode: 'private'
                ipam:
                  config:
                  - subnet: 192.168.50.0/24
                    gateway: 192.168.50.1
            volumes:
              data:
                driver: local

            """,
            """
            # networks: none
            services:
              web:
                image: nginx   # driver: macvlan
                networks:
                  lan: {ipv4_address: 192.168.50.20}

            networks:

              # the LAN
              lan:
                driver:   swiftvlan   # Docker's
                driver_opts:
                  parent: eth0.50     # the VLAN
                  macvlan_mode: 'private'
                ipam:
                  config:
                  - subnet: 192.168.50.0/24
                    gateway: 192.168.50.1
            volumes:
              data:
                driver: local

            """),
        ComposeCase(
            "an ipvlan network without a mode gets one, in the indentation of the file",
            """
            networks:
                a:
                    driver: ipvlan
                    driver_opts:
                        parent: eth0
                b:
                    driver: ipvlan
                    internal: true
                c:
                    driver_opts: # later
                    driver: ipvlan
                d:
                    driver: ipvlan
                    driver_opts:
                        ipvlan_mode: l3
            """,
            """
            networks:
                a:
                    driver: swiftvlan
                    driver_opts:
                        parent: eth0
                        mode: l2
                b:
                    driver: swiftvlan
                    driver_opts:
                        mode: l2
                    internal: true
                c:
                    driver_opts: # later
                        mode: l2
                    driver: swiftvlan
                d:
                    driver: swiftvlan
                    driver_opts:
                        ipvlan_mode: l3
            """),
        ComposeCase(
            "options that Docker ignores go, with their block if it becomes empty",
            """
            networks:
              a:
                driver: macvlan
                driver_opts:
                  mtu: 1400
                  parent: eth0
                labels:
                - keep=me
              b:
                driver_opts:
                  foo: bar
                driver: macvlan
            """,
            """
            networks:
              a:
                driver: swiftvlan
                driver_opts:
                  parent: eth0
                labels:
                - keep=me
              b:
                driver: swiftvlan
            """),
        ComposeCase(
            "a docker-net-dhcp network gets its bridge as parent",
            """
            networks:
              dhcp:
                driver: ghcr.io/devplayer0/docker-net-dhcp:release-linux-amd64
                driver_opts:
                  bridge: br0
                  ipv6: 'true'
                ipam:
                  driver: 'null'

            """,
            """
            networks:
              dhcp:
                driver: swiftvlan
                driver_opts:
                  parent: br0
                ipam:
                  driver: 'null'

            """),
        ComposeCase(
            "names in quotes, the start of a document and text that looks like networks are no obstacle",
            """
            ---
            name: x
            "networks":
              "a b":
                "driver": macvlan
              default:
                labels:
                  text: |
                    driver: macvlan
                    networks:
                      x: y
                driver: macvlan
            configs:
              networks:
                content: |
                  driver: macvlan
            """,
            """
            ---
            name: x
            "networks":
              "a b":
                "driver": swiftvlan
              default:
                labels:
                  text: |
                    driver: macvlan
                    networks:
                      x: y
                driver: swiftvlan
            configs:
              networks:
                content: |
                  driver: macvlan
            """),
        ComposeCase(
            "distant changes are in separate hunks",
            "networks:\n  a:\n    driver: macvlan\n" + String(repeating: "    # -\n", count: 9)
                + "  b:\n    driver: macvlan\n",
            "networks:\n  a:\n    driver: swiftvlan\n" + String(repeating: "    # -\n", count: 9)
                + "  b:\n    driver: swiftvlan\n"),
        ComposeCase(
            "lines of a file from Windows keep their ends",
            "networks:\r\n  a:\r\n    driver: ipvlan\r\n    driver_opts:\r\n      parent: eth0\r\n",
            "networks:\r\n  a:\r\n    driver: swiftvlan\r\n    driver_opts:\r\n      parent: eth0\r\n      mode: l2\r\n"
        ),
        ComposeCase(
            "the last line may lack a line break, and be the one that changes",
            "networks:\n  a:\n    driver: ipvlan",
            "networks:\n  a:\n    driver: swiftvlan\n    driver_opts:\n      mode: l2"),
    ]

    private static let unchanged = [
        "", "services:\n  web:\n    image: x\n", "networks:\n", "networks: {}\n", "networks:\n  a:\n",
        "networks:\n  a: {}\n",
        "networks:\n  a:\n    driver: bridge\n    driver_opts: \n      com.docker.network.bridge.name: br7\n",
        "networks:\n  a:\n    driver: swiftvlan\n    driver_opts:\n      parent: eth0\n",
        "networks:\n  a:\n    external: true\n    name: lan\n",
        "services:\n  web:\n    networks:\n      lan:\n        driver: macvlan\n",
    ]

    private func diff(_ text: String, path: String = "compose.yaml") throws -> [UInt8] {
        let lines = try ComposeChange(ComposeFile(text.utf8)).diff(path: path)
        return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    @Test("The diff, applied with patch, gives the expected file, and reversed the old one", arguments: cases)
    func patched(example: ComposeCase) async throws {
        try await checkPatch(example, as: "compose.yaml")
    }

    @Test(
        "patch finds a file whose name has spaces, quotes or accents",
        arguments: ["a b.yaml", "a\"b\\.yaml", "é.yaml", "x/y.yaml"])
    func fileNames(name: String) async throws { try await checkPatch(Self.cases[0], as: name) }

    private func checkPatch(_ example: ComposeCase, as name: String) async throws {
        let directory = try TemporaryDirectory()
        if name.contains("/") {
            _ = try await onOwnThread {
                try ChildProcess.run(["mkdir", directory.file("x")], output: directory.file("output"))
            }
        }
        try writeTextFile(directory.file(name), example.before)
        try writeFile(directory.file("diff"), try diff(example.before, path: name))
        let script = "cd \(directory.path) && patch -p0"
        _ = try await onOwnThread {
            try ChildProcess.run(["sh", "-c", "\(script) <diff"], output: directory.file("output"))
        }
        #expect(try readTextFile(directory.file(name)) == example.after)
        _ = try await onOwnThread {
            try ChildProcess.run(["sh", "-c", "\(script) -R <diff"], output: directory.file("output"))
        }
        #expect(try readTextFile(directory.file(name)) == example.before)
        #expect(try diff(example.after) == [], "a second move would change the file again")
    }

    @Test("A file without a network that moves has no diff", arguments: unchanged)
    func nothing(text: String) throws { #expect(try diff(text) == []) }

    @Test("External networks, included files and lost options have a note each")
    func notes() throws {
        let text = """
            include:
              - other.yaml
            networks:
              a:
                external: true
              b:
                driver: macvlan
                driver_opts: 
                  mtu: "1400"
            """
        let notes = try ComposeChange(ComposeFile(text.utf8)).notes
        #expect(notes.count == 3)
        #expect(notes[0].hasPrefix("line 1: included files are not read"))
        #expect(notes[1].hasPrefix("network a is external"))
        #expect(notes[2].hasPrefix("network b: The option mtu=1400 is left out"))
    }

    @Test(
        "What the reader does not understand is refused with its line number",
        arguments: [
            ("{networks: {a: {driver: macvlan}}}\n", 1), ("networks: {a: {driver: macvlan}}\n", 1),
            ("networks: &n\n  a:\n    driver: macvlan\n", 1), ("networks:\n  a: {driver: macvlan}\n", 2),
            ("networks:\n  a: &base\n    driver: macvlan\n", 2), ("networks:\n  a: *base\n", 2),
            ("networks:\n  a:\n    <<: *base\n    internal: true\n", 3), ("networks:\n  <<: *all\n", 2),
            ("networks:\n  a:\n    driver: &d macvlan\n", 3), ("networks:\n  a:\n    driver: !!str macvlan\n", 3),
            ("networks:\n  a:\n    driver: ${DRIVER:-macvlan}\n", 3),
            ("networks:\n  a:\n    driver: >-\n      macvlan\n", 3),
            ("networks:\n  a:\n    driver: \"mac\\\n      vlan\"\n", 3),
            ("networks:\n  a:\n    driver:\n      macvlan\n", 3),
            ("networks:\n  a:\n    driver: macvlan\n    driver_opts: {parent: eth0}\n", 4),
            ("networks:\n  a:\n    driver: macvlan\n    driver_opts:\n      <<: *o\n", 5),
            ("networks:\n  a:\n    driver: macvlan\n    driver_opts:\n      parent:\n        eth0\n", 5),
            ("networks:\n  a:\n    driver: macvlan\n    driver_opts:\n      parent: *nic\n", 5),
            ("networks:\n  a:\n\tdriver: macvlan\n", 3), ("networks:\n  a:\n    \tdriver: macvlan\n", 3),
            ("networks:\n  a:\n    driver: macvlan\n    driver: macvlan\n", 4),
            ("networks:\n  a:\n    ? driver\n    : macvlan\n", 3),
            ("networks:\n    a:\n  b:\n    driver: macvlan\n", 3),
            ("a: 1\nnetworks:\n  a:\nnetworks:\n  b:\n", 4), ("a: 1\n---\nnetworks:\n", 2),
            ("  networks:\n    a:\n", 1),
            ("networks:\n  a:\n    driver: macvlan\n    ipam: {\n    }\n", 5), ("- networks\n", 1),
        ])
    func refused(text: String, line: Int) throws {
        let error = try #require(throws: MigrationRefusal.self) { try self.diff(text) }
        #expect(error.description.hasPrefix("line \(line) "))
        #expect(error.description.contains("by hand"))
    }

    @Test("No prefix or mutation of a file crashes the reader")
    func robust() throws {
        for example in Self.cases {
            let bytes = Array(example.before.utf8)
            for length in bytes.indices { _ = try? ComposeChange(ComposeFile(bytes[..<length])).diff(path: "x") }
            for index in stride(from: 0, to: bytes.count, by: 3) {
                for byte in "\n\t :#\"'{&*-|\r\0\u{ff}".utf8 {
                    var other = bytes
                    other[index] = byte
                    _ = try? ComposeChange(ComposeFile(other)).diff(path: "x")
                }
            }
        }
    }
}
