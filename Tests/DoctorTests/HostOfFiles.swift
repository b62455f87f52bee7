import ControlAPI
import DockerAPI
import Doctor
import FoundationEssentials
import NetworkTypes
import TestSupport

/// A host whose files are in a folder of the test.
final class HostOfFiles {
    private let directory: TemporaryDirectory

    var files: HostFiles { HostFiles(root: directory.path) }

    init() throws { directory = try TemporaryDirectory() }

    /// Writes a file and the folders above it.
    func write(_ path: String, _ text: String = "") throws {
        let path = directory.path + path
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/\(folder)", withIntermediateDirectories: true)
        try writeTextFile(path, text)
    }

    /// Returns facts about these networks and links.
    func facts(
        _ networks: [NetworkDocument], _ links: [HostLink] = [], docker: DockerFacts? = nil,
        programs: (any ProgramRunner)? = nil
    ) -> DoctorFacts {
        let shims = Set(networks.compactMap { $0.hostAccess?.shim })
        return DoctorFacts(
            status: StatusDocument(networks: networks, links: shims.map { LinkDocument(name: $0, role: .shim) }),
            links: HostLinks(links), files: files, docker: docker, dockerError: docker == nil ? "Docker is away" : nil,
            programs: programs)
    }
}

extension NetworkDocument {
    /// A macvlan network `lan` on eth0.
    static func lan(
        _ name: String = "lan", mode: String = "bridge", parent: String = "eth0", lowest: String? = "eth0",
        vlans: [Int] = [], subnets: [SubnetDocument] = [SubnetDocument(subnet: "192.168.50.0/24")],
        hostAccess: HostAccessDocument? = nil
    ) -> NetworkDocument {
        NetworkDocument(
            id: String(repeating: name, count: 12), name: name, kind: mode.hasPrefix("l") ? "ipvlan" : "macvlan",
            mode: mode, parent: parent, lowestLink: lowest, vlans: vlans, subnets: subnets, hostAccess: hostAccess)
    }
}

extension DockerFacts {
    /// Docker with one network, described by the JSON of its options and pools.
    static func with(_ network: NetworkDocument, options: String = "{}", pools: String = "[]") throws -> DockerFacts {
        let json = """
            {"Id": "\(network.id)", "Name": "\(network.label)", "Driver": "swiftvlan", "Options": \(options),
             "IPAM": {"Driver": "default", "Config": \(pools)}}
            """
        let version = #"{"Version": "28.5.2", "ApiVersion": "1.51"}"#
        return DockerFacts(
            version: try JSONDecoder().decode(DockerVersion.self, from: Data(version.utf8)),
            networks: [try JSONDecoder().decode(DockerNetwork.self, from: Data(json.utf8))])
    }
}

extension CheckResult {
    var severities: [Finding.Severity] { findings.map(\.severity) }
    var subjects: [String] { findings.map(\.subject) }
}
