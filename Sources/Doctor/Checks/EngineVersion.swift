import ControlAPI
import DockerAPI

/// Says what the version of Docker Engine lacks.
struct EngineVersion: Check {
    let name = "engine-version"

    /// A release, without what distributions append.
    private struct Release: Comparable {
        var major: Int
        var minor: Int

        init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

        init?(_ text: String) {
            let parts = text.split(separator: ".").prefix(2).compactMap { Int($0) }
            guard parts.count == 2 else { return nil }
            self.init(parts[0], parts[1])
        }

        static func < (first: Self, second: Self) -> Bool {
            (first.major, first.minor) < (second.major, second.minor)
        }
    }

    /// What engines before a release do, in the order of the releases.
    private static let lacks: [(before: Release, what: String)] = [
        (
            Release(26, 1),
            "links in containers of networks without IPv6 have a link-local IPv6 address"
        ),
        (
            Release(28, 0),
            "the engine reserves an address for a gateway even if a network needs none, and a container's networks share one "
                + "priority for the default route"
        ),
    ]

    func examine(_ facts: DoctorFacts) -> CheckResult {
        guard let docker = facts.docker else { return .nothing }
        let version = docker.version.version
        guard let release = Release(version) else {
            return .notChecked("Docker Engine's version \(version.debugDescription) has an unknown form")
        }
        if release < Release(20, 10) { return CheckResult([tooOld(version)]) }
        if release >= Release(29, 0) { return CheckResult([untested(version)]) }
        let lacks = Self.lacks.filter { release < $0.before }
        guard let last = lacks.last else { return .nothing }
        return CheckResult([
            Finding(
                .note, name, subject: "Docker Engine",
                what: "Docker Engine \(version) is supported, but lacks what later versions have",
                why: lacks.map(\.what).joined(separator: "; "),
                remedy: "if that matters to you, upgrade to \(last.before.major).\(last.before.minor) or later")
        ])
    }

    private func tooOld(_ version: String) -> Finding {
        Finding(
            .problem, name, subject: "Docker Engine",
            what: "Docker Engine \(version) is older than 20.10, the oldest supported version",
            why: "no test covers it", remedy: "upgrade Docker Engine to 20.10 or later")
    }

    private func untested(_ version: String) -> Finding {
        Finding(
            .note, name, subject: "Docker Engine",
            what: "Docker Engine \(version) is newer than 28.5, the newest tested version",
            why: "it may behave differently", remedy: "nothing; if a call fails, report it with the version")
    }
}
