extension Reading {
    /// Every reading. DocumentCoverageTests fails for a command that is in none, and not in `NotTyped.all` either.
    static let all: [Reading] = readme
}

extension Reading {
    static let readme = [
        Reading(
            "README.md", "the quick start", on: .host,
            .prepare(images("busybox")),
            .block("Quick start"))
    ]

    /// Gives the engine's only image other names: throw-away machines have no registry. As a server's image, it has a
    /// command that runs until it is stopped.
    static func images(_ names: String...) -> String {
        """
        docker inspect server >/dev/null 2>&1 || {
            docker create --name files bb:1 true && docker export files |
                docker import -c 'ENV PATH=/bin' -c 'CMD ["sh", "-c", "trap exit TERM; sleep 36000 & wait"]' - server &&
                docker rm files
        } >/dev/null
        for name in \(names.joined(separator: " ")); do docker tag server $name; done
        """
    }
}

extension NotTyped {
    static let all: [NotTyped] = []
}
