package import ControlAPI
package import DockerAPI

/// Everything that the checks examine.
package struct DoctorFacts: Sendable {
    /// The networks and links; from the daemon, or else from the records and the kernel.
    package var status: StatusDocument
    /// The address of the daemon's setting `metrics-listen`, and the way to ask it; nil if it is off.
    package var metrics: (any MetricsProbe)?
    /// Why no daemon could be asked; nil if one answered.
    package var daemonError: String?
    /// All links of the host's network namespace, with their addresses.
    package var links: HostLinks
    /// The routes of the host that have swiftvlan's protocol number; nil if they could not be read.
    package var ownRoutes: [HostRouteDocument]?
    /// The default routes of the host, in all tables; nil if they could not be read.
    package var defaultRoutes: [DefaultRoute]?
    /// The host's files, such as those of /proc and /sys.
    package var files: HostFiles
    /// Nil if Docker could not be asked.
    package var docker: DockerFacts?
    /// Why Docker could not be asked; nil if it answered.
    package var dockerError: String?
    /// The way to ask LANs; nil without CAP_NET_RAW.
    package var lan: (any GatewayProbe)?
    /// The way to run programs that only read, such as `nft -j list chains`; nil if no program may run.
    package var programs: (any ProgramRunner)?

    package init(
        status: StatusDocument, daemonError: String? = nil, links: HostLinks = HostLinks(),
        ownRoutes: [HostRouteDocument]? = nil, defaultRoutes: [DefaultRoute]? = nil, files: HostFiles = HostFiles(),
        docker: DockerFacts? = nil, dockerError: String? = nil, lan: (any GatewayProbe)? = nil,
        programs: (any ProgramRunner)? = nil
    ) {
        self.status = status
        self.daemonError = daemonError
        self.links = links
        self.ownRoutes = ownRoutes
        self.defaultRoutes = defaultRoutes
        self.files = files
        self.docker = docker
        self.dockerError = dockerError
        self.lan = lan
        self.programs = programs
    }

    /// The kernel's network settings.
    package var settings: NetworkSettings { NetworkSettings(files: files) }

    /// Docker's description of a network; nil if Docker could not be asked or does not have the network.
    package func dockerNetwork(_ network: NetworkDocument) -> DockerNetwork? {
        docker?.networks.first { $0.id == network.id }
    }

    /// Returns the names of the running containers of networks, as far as Docker could be asked.
    package func runningContainers(in networks: [NetworkDocument]) -> [String] {
        let ids = Set(networks.map(\.id))
        return (docker?.containers ?? []).filter { container in
            container.isRunning && container.networks.values.contains { ids.contains($0.networkID) }
        }.map(\.name).sorted()
    }

    /// Returns the networks on a link or on a VLAN above it, in the order of the document.
    package func networks(on link: String) -> [NetworkDocument] {
        status.networks.filter { $0.parent == link || $0.lowestLink == link }
    }
}

/// What Docker says.
package struct DockerFacts: Sendable {
    package var version: DockerVersion
    package var networks: [DockerNetwork]
    /// All containers, from after the status was read.
    package var containers: [DockerContainer]
    /// The identifiers of the endpoints of containers that ran before the status was read.
    package var earlierEndpoints: Set<String>

    package init(
        version: DockerVersion, networks: [DockerNetwork] = [], containers: [DockerContainer] = [],
        earlierEndpoints: Set<String> = []
    ) {
        self.version = version
        self.networks = networks
        self.containers = containers
        self.earlierEndpoints = earlierEndpoints
    }
}

/// Runs programs that only read.
package protocol ProgramRunner: Sendable {
    /// Returns what a program prints; nil if it does not exist, fails, or prints or takes too much. Blocks.
    func output(of command: [String]) -> String?
}
