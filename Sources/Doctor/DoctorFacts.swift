package import ControlAPI
package import DockerAPI

/// Everything that the checks examine.
package struct DoctorFacts: Sendable {
    /// The networks and links; from the daemon, or else from the records and the kernel.
    package var status: StatusDocument
    /// Why no daemon could be asked; nil if one answered.
    package var daemonError: String?
    /// The host's files, such as those of /proc and /sys.
    package var files: HostFiles
    /// Nil if Docker could not be asked.
    package var docker: DockerFacts?
    /// The way to ask LANs; nil without CAP_NET_RAW.
    package var lan: (any GatewayProbe)?

    package init(
        status: StatusDocument, daemonError: String? = nil, files: HostFiles = HostFiles(), docker: DockerFacts? = nil,
        lan: (any GatewayProbe)? = nil
    ) {
        self.status = status
        self.daemonError = daemonError
        self.files = files
        self.docker = docker
        self.lan = lan
    }
}

/// What Docker says.
package struct DockerFacts: Sendable {
    package var version: DockerVersion
    package var networks: [DockerNetwork]
    package var containers: [DockerContainer]

    package init(version: DockerVersion, networks: [DockerNetwork] = [], containers: [DockerContainer] = []) {
        self.version = version
        self.networks = networks
        self.containers = containers
    }
}

/// Asks the LAN on a link for an address.
package protocol GatewayProbe: Sendable {
    /// Returns the MAC address that answers for an IPv4 address; nil if none answers within the time limit. Blocks.
    func macAddress(of address: String, on link: String, within limit: Duration) -> String?
}
