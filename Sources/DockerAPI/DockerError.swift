package import LocalClient

/// Why Docker cannot be asked: one sentence, with what to do about it.
package struct DockerError: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// The failure of the request; nil if Docker refused it or its answer cannot be read.
    package let cause: LocalClientError.Reason?
    /// Whether Docker has no such network or container, or no longer.
    package private(set) var isNotFound = false

    /// Why `DockerClient.fromEnvironment` returns nil.
    package static var unsupportedHost: DockerError {
        let host = DockerClient.hostInEnvironment ?? ""
        return DockerError(
            description: """
                DOCKER_HOST is \(host.debugDescription), but swiftvlan asks Docker only on this host, at a path such as \
                unix:///var/run/docker.sock; unset DOCKER_HOST for this command
                """, cause: nil)
    }

    init(description: String, cause: LocalClientError.Reason?, isNotFound: Bool = false) {
        self.description = description
        self.cause = cause
        self.isNotFound = isNotFound
    }

    init(_ error: LocalClientError) {
        let advice = Self.advice(for: error.reason)
        self.init(description: "Docker cannot be asked: \(error)\(advice)", cause: error.reason)
    }

    static func advice(for reason: LocalClientError.Reason) -> String {
        switch reason {
        case .missing, .notServed: "; start Docker Engine with: systemctl start docker"
        case .notPermitted:
            "; run the command as root, or add the user to the group docker, which is equivalent to root"
        case .broken: ""
        }
    }
}
