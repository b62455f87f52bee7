import Testing

@Suite("Commands in Markdown")
struct DocumentPageTests {
    private func commands(_ markdown: String) -> [DocumentedCommand] {
        DocumentPage(path: "page.md", markdown: markdown).commands
    }

    @Test("Each line of a shell block is a command, unless a backslash continues it")
    func script() {
        let found = commands(
            """
            # Title
            ## First [part](part.md)
            ```sh
            # a remark
            make deb   # and another

            docker network create \\
                lan
            ```
            """)
        #expect(found.map(\.text) == ["make deb   # and another", "docker network create \\\n    lan"])
        #expect(found.map(\.line) == [5, 7])
        #expect(found.allSatisfy { $0.heading == "First [part](part.md)" && $0.isInBlock && $0.output == nil })
    }

    @Test("A console block has commands after prompts, and their output")
    func session() {
        let found = commands(
            """
            1. In a list:

               ```console
               $ docker network create \\
                     lan
               0123456789ab
               $ docker ps
               $ ip link
               1: lo
               2: eth0
               ```
            """)
        #expect(found.map(\.text) == ["docker network create \\\n      lan", "docker ps", "ip link"])
        #expect(found.map(\.output) == ["0123456789ab", "", "1: lo\n2: eth0"])
        #expect(found.map(\.line) == [4, 7, 8])
    }

    @Test("A code span is a command if it starts with a program and has arguments")
    func spans() {
        let found = commands(
            """
            Type `ip link
            show`, not `docker` or `eth0.50` or `-o mode=l2`. The ``printf '`'`` is no program here.

            | `bridge vlan add dev br0 vid 50 self` and `docker ps \\| cat` | `make` |
            """)
        #expect(found.map(\.text) == ["ip link show", "bridge vlan add dev br0 vid 50 self", "docker ps | cat"])
        #expect(found.map(\.line) == [1, 4, 4])
    }

    @Test("Blocks of other languages are not commands, and an indented block has no language")
    func otherBlocks() {
        let page = DocumentPage(
            path: "page.md",
            markdown: """
                ## Compose

                ```yaml
                services:
                  web: `make deb`
                ```

                    make deb

                - a list
                  with `make check`
                """)
        #expect(page.commands.map(\.text) == ["make check"])
        #expect(page.blocks.map(\.language) == ["yaml", ""])
        #expect(page.block(containing: "services:")?.text == "services:\n  web: `make deb`\n")
    }
}

@Suite("Shapes of output")
struct OutputShapeTests {
    @Test(
        "Outputs that differ only in IDs, addresses of links, indexes and times have one shape",
        arguments: [
            ("0123456789ab\n", "ba9876543210"),
            (
                "3: eth0@if2: <UP>\n    link/ether 4e:4e:4f:09:34:9d brd",
                "17: eth0@if16: <UP>\n link/ether 02:42:c0:a8:32:c0 brd"
            ),
            ("Nov 28 18:07:12 host swiftvlan[12]: ready", "Jan 3 07:00:00 host swiftvlan[4711]: ready"),
            (
                "Active: since Sat 2026-11-28 18:07:12 UTC; 3s ago",
                "Active: since Sat 2025-01-02 03:04:05 UTC; 2min 1s ago"
            ),
            ("one\ntwo\nthree", "one\n…\nthree"), ("one\ntwo", "one\n…"), ("one two three", "one … three"),
        ])
    func same(_ output: String, _ documented: String) {
        #expect(OutputShape(output).matches(documented: OutputShape(documented)))
    }

    @Test(
        "Outputs that differ in anything else do not match",
        arguments: [("one", "two"), ("one\ntwo", "one"), ("one", "one\ntwo"), ("one\ntwo", "…\none"), ("", "one")])
    func different(_ output: String, _ documented: String) {
        #expect(!OutputShape(output).matches(documented: OutputShape(documented)))
    }
}
