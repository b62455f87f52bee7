import ArgumentParser
import ControlAPI
import DockerAPI
import Doctor
import Glibc
import RouteNetlink
import Spelling

/// `swiftvlan doctor`: examines the host, and says how to fix what it finds.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what is wrong with the host and the networks, and say how to fix it.",
        discussion: """
            Changes nothing, and works even if the daemon is not running. Some checks need root, Docker or CAP_NET_RAW; \
            the report lists what was not checked, and why. docs/doctor.md describes every check.

            Exit status: 0 if nothing is wrong (notes do not count); 1 if there are warnings; 2 if there are problems; \
            3 if the host could not be examined; 64 if an option is wrong.
            """)

    @Argument(help: "Report only on this network and the host: a name, or the start of an identifier.")
    var network: String?

    @Flag(help: "Print the report as JSON, as described in docs/doctor.md.")
    var json = false

    @OptionGroup var control: ControlOptions

    /// The exit code if the host could not be examined.
    static let failure = ExitCode(3)

    func run() throws {
        let report: DoctorReport
        do {
            let facts = try facts()
            report = DoctorReport(facts, network: try network.map { try Self.find($0, in: facts.status) })
        } catch {
            // ArgumentParser would end with 1, which means warnings.
            printWarning("\(error)")
            throw Self.failure
        }
        if json {
            try printJSON(report)
        } else {
            let text = DoctorText(report, usesColor: Terminal.usesColor)
            try Terminal.write(text.lines.joined(separator: "\n") + "\n")
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private func facts() throws -> DoctorFacts {
        let loader = try StatusLoader(control)
        let status = try loader.load()
        let links = try HostLinks.fromKernel()
        var facts = DoctorFacts(
            status: status, daemonError: status.daemon == nil ? "the daemon is not running" : nil, links: links,
            ownRoutes: try? HostRouteDocument.ownFromKernel(links), lan: KernelGatewayProbe(),
            programs: geteuid() == 0 ? SystemPrograms() : nil)
        guard let client = DockerClient.fromEnvironment() else {
            facts.dockerError = DockerError.unsupportedHost.description
            return facts
        }
        do throws(DockerError) {
            facts.docker = DockerFacts(
                version: try client.version(), networks: try client.networks(), containers: try client.containers())
        } catch {
            facts.dockerError = error.description
        }
        return facts
    }

    private static func find(_ text: String, in status: StatusDocument) throws(ControlError) -> NetworkDocument {
        if let network = status.networks.first(where: { $0.name == text || $0.id == text }) { return network }
        let found = status.networks.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        if found.count == 1 { return found[0] }
        let name = Terminal.escaped(text)
        guard found.isEmpty else {
            let list = found.map { "\($0.label) (\($0.id.prefix(12)))" }.sorted().joined(separator: ", ")
            throw ControlError(
                description: "\"\(name)\" matches several networks: \(Terminal.escaped(list)); use more of an "
                    + "identifier")
        }
        let near = nearest(to: text, among: status.networks.compactMap(\.name))
        throw ControlError(
            description: "swiftvlan has no network \"\(name)\"; "
                + (near.map { "did you mean \(Terminal.escaped($0))?" } ?? "swiftvlan status lists the networks"))
    }
}
