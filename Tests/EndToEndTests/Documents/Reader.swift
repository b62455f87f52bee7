import Testing

/// Types the commands of a walkthrough on a machine, and compares what they print with the page.
struct Reader: Sendable {
    let scenario: Scenario
    let page: DocumentPage

    private var machine: MachineFixture { scenario.machine }

    /// Follows a walkthrough on a machine with a LAN, and expects the machine to be as before.
    static func follow(_ walkthrough: Walkthrough) async throws {
        let page = try DocumentPage(path: walkthrough.page)
        try await #require(MachineFixture.current).run(refusal)
        try await Scenario.run { scenario in
            let reader = Reader(scenario: scenario, page: page)
            try await reader.makeFolder()
            try await withCleanUp {
                for step in walkthrough.steps { try await reader.take(step) }
            } cleanUp: {
                // Without a check, which would hide an error of the steps; what is left fails the scenario.
                for case .cleanUp(let shell) in walkthrough.steps {
                    _ = try await scenario.machine.attempt(Self.guarded + shell)
                }
            }
        }
    }

    /// Ends a shell that does not run on a machine of lab/, so that nothing is typed elsewhere.
    private static let refusal = """
        [ -x /run/lab/start-dockerd ] || { [ -d /usr/local/share/swiftvlan ] && [ "$(hostname)" = vm ]; } ||
            { echo "this is not a throwaway machine" >&2; exit 125; }

        """

    /// Begins each shell command of a walkthrough. The folder is deleted with the machine.
    private static let guarded = refusal + "cd /run/reader || exit 125\n"

    /// A machine without sudo has root as its user. The throwaway host runs swiftvlan without installing it.
    private func makeFolder() async throws {
        try await machine.run(
            Self.refusal + #"""
                rm -rf /run/reader && mkdir /run/reader
                cat >/run/reader.bash <<'END'
                command -v sudo >/dev/null || sudo() { "$@"; }
                command -v swiftvlan >/dev/null || swiftvlan() { "/proc/$(pgrep -o -x swiftvlan)/exe" "$@"; }
                END
                """#)
    }

    private func take(_ step: Walkthrough.Step) async throws {
        switch step {
        case .prepare(let shell):
            try await machine.run(Self.guarded + "set -e\n" + shell)
        case .expect(let condition):
            let holds = try await machine.wait(seconds: 60, until: "(cd /run/reader && \(condition)) >/dev/null 2>&1")
            if !holds {
                let now = try await machine.attempt(Self.guarded + condition)
                Issue.record("a minute later this does not hold: \(condition)\n\(now.output)\(now.errors)")
            }
        case .save(let text, let name):
            let block = try #require(page.block(containing: text))
            try await machine.run(Self.guarded + Self.file(name, block.text))
        case .append(let text, let name):
            let block = try #require(page.block(containing: text))
            try await machine.run(Self.guarded + Self.file("block", block.text) + "cat block >>\(name)")
        case .type(_, let typing):
            try await type(try #require(step.commands(of: page).first), typing)
        case .block(_, let typing):
            for command in step.commands(of: page) { try await type(command, typing) }
        case .cleanUp:
            break
        }
    }

    private func type(_ command: DocumentedCommand, _ typing: Walkthrough.Typing) async throws {
        let text = typing.text(of: command)
        let script = Self.guarded + Self.file("/run/typed", text + "\n") + Self.keyboard(typing)
        let outcome = try await machine.attempt(script)
        let what = "\(command)\nended with \(outcome.status): \(outcome.output)\(outcome.errors)"
        #expect((outcome.status != 0) == typing.fails, "\(what)")
        for text in typing.prints { #expect(outcome.output.contains(text), "\(what)") }
        if let documented = command.output {
            let expected = OutputShape(documented)
            #expect(
                OutputShape(outcome.output).matches(documented: expected), "\(what)\nThe page shows:\n\(documented)")
        }
    }

    /// The shell command that runs what was typed.
    private static func keyboard(_ typing: Walkthrough.Typing) -> String {
        let bash = "BASH_ENV=/run/reader.bash bash /run/typed"
        guard let during = typing.during else {
            return "printf '\(typing.answer)' | \(bash) 2>&1"
        }
        // On a terminal, programs print each line at once.
        let seen = typing.prints.map { "grep -qF -e '\($0)' /run/shown" }.joined(separator: " && ")
        return """
            rm -f /run/shown; touch /run/shown
            setsid script -q -f -e -c '\(bash)' /run/shown >/dev/null 2>&1 </dev/null & reader=$!
            sleep 1
            \(during)
            for n in $(seq 600); do \(seen) && break; sleep 0.1; done
            # Its own status, if it has ended by itself.
            if kill -s TERM -- -$reader 2>/dev/null; then status=0; else wait $reader; status=$?; fi
            wait $reader
            cat /run/shown; exit $status
            """
    }

    /// The shell command that writes a file.
    private static func file(_ name: String, _ text: String) -> String {
        "cat >\(name) <<'END OF THE PAGE'\n\(text)END OF THE PAGE\n"
    }
}
