/// The plan as a script for the POSIX shell.
extension MigrationPlan {
    /// Returns the lines of a script that moves the networks, and with the argument `back` undoes the move.
    package func script(version: String) -> [String] {
        [
            "#!/bin/sh",
            "# Moves Docker networks to swiftvlan. Written by swiftvlan \(version).",
            "# Read it, then run it with sh. The argument \"back\" creates the old networks again.",
        ] + Self.differences.flatMap { Shell.comment("- \($0)") } + ["set -eu", ""]
            + check + body("move", stages, \.move) + body("back", stages.reversed(), \.back) + Self.end
    }

    /// What holds for every network.
    private static let differences = [
        "Each network is off the LAN from its first command to its last.",
        "The interface of a running container may have a new name, such as eth1, until its next start.",
        "A container with an address of the host does not start; --aux-address reserves it for the host.",
        "-o host_access=on replaces a macvlan or ipvlan link of your own that reaches the containers.",
    ]

    private static let end = [
        "case ${1-} in",
        "'') check ;;",
        "back) ;;",
        "*) echo \"Usage: sh $0 [back]\" >&2; exit 64 ;;",
        "esac",
        "trap '[ $? -eq 0 ] || echo \"Stopped at an error. To create the old networks again: sh $0 back\" >&2' EXIT",
        "\"${1:-move}\"",
    ]

    /// A function that ends the script before it changes anything if swiftvlan would not answer Docker.
    private var check: [String] {
        let lines = targets.map { target in
            let isPackage = target == "swiftvlan"
            let test =
                isPackage
                ? "[ -S /run/docker/plugins/swiftvlan.sock ]"
                : "[ \"$(docker plugin inspect -f '{{.Enabled}}' \(Shell.word(target)))\" = true ]"
            let advice =
                isPackage
                ? "swiftvlan is not running: systemctl start swiftvlan.socket"
                : "the plugin \(target) is not enabled: docker plugin enable \(target)"
            return "    \(test) || { echo \(Shell.word(advice)) >&2; exit 1; }"
        }
        return ["# Stops here if swiftvlan is not running.", "check() {"] + lines + ["    :", "}", ""]
    }

    private func body(_ name: String, _ stages: [Stage], _ lines: KeyPath<Stage, [Stage.Line]>) -> [String] {
        var body: [String] = []
        for stage in stages {
            body += Shell.comment(stage.title, indent: "    ")
            if name == "move" { body += stage.notes.flatMap { Shell.comment("- \($0)", indent: "    ") } }
            body += stage[keyPath: lines].flatMap(\.text)
        }
        return ["\(name)() {"] + body + [summary(name, stages), "}", ""]
    }

    /// The last command of a function, which says what it did. The shell accepts no function of comments only.
    private func summary(_ name: String, _ stages: [Stage]) -> String {
        let networks = stages.flatMap(\.networks).map(Shell.printable).joined(separator: ", ")
        guard !networks.isEmpty else { return "    :" }
        let sentence =
            name == "move"
            ? "Moved to swiftvlan: \(networks). To check: swiftvlan status" : "Created again: \(networks)"
        // Not echo: some shells expand backslashes in its words.
        return "    printf '%s\\n' \(Shell.word(sentence))"
    }
}

extension Stage.Line {
    fileprivate var text: [String] {
        switch self {
        case .comment(let text): ["    # \(Shell.printable(text))"]
        case .command(let words): ["    \(Shell.line(words))"]
        case .attempt(let words): ["    \(Shell.line(words)) || :"]
        case .code(let text): ["    \(text)"]
        }
    }
}
