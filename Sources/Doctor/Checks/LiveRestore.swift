import ControlAPI
import DockerAPI

/// Says what Docker's setting `live-restore` does with this version of the engine.
struct LiveRestore: Check {
    let name = "live-restore"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let path = "/etc/docker/daemon.json"
        guard let text = facts.files.text(path), Self.isOn(in: text), facts.daemonError != nil else { return .nothing }
        return CheckResult([
            Finding(
                .warning, name, subject: path,
                what: "Docker Engine keeps containers running (live-restore), but the swiftvlan daemon is not running",
                why: """
                    the engine asks for each running container when it starts, and waits about 15 seconds for a driver that \
                    does not answer
                    """,
                remedy: "start the daemon before Docker Engine: systemctl start swiftvlan")
        ])
    }

    /// Whether the text of the settings turns it on.
    private static func isOn(in text: String) -> Bool {
        let words = text.filter { !$0.isWhitespace }
        return words.contains(#""live-restore":true"#)
    }
}
