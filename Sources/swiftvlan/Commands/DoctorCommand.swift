import ArgumentParser
import Configuration
import ControlAPI
import DockerAPI
import Doctor
import Glibc
import RouteNetlink

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

    @Argument(
        help: ArgumentHelp(
            "Report only on the host and this network, or the networks of this container: a name, or the start of an "
                + "identifier."))
    var name: String?

    @Flag(help: "Print the report as JSON, as described in docs/doctor.md.")
    var json = false

    @OptionGroup var control: ControlOptions

    /// The exit code if the host could not be examined.
    static let failure = ExitCode(3)

    func run() throws {
        let report: DoctorReport
        do {
            let facts = try facts()
            report = DoctorReport(facts, networks: try name.map { try DoctorTarget.networks($0, in: facts) })
        } catch {
            // ArgumentParser prints the same, but would end with 1, which means warnings.
            printError("\(error)")
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
        // Before the status: a container that starts in between must not seem to lack its endpoint.
        let earlier = (try? DockerClient.fromEnvironment()?.containers()) ?? []
        let status = try loader.load()
        let links = try HostLinks.fromKernel()
        var facts = DoctorFacts(
            status: status, daemonError: status.daemon == nil ? "the daemon is not running" : nil, links: links,
            ownRoutes: try? HostRouteDocument.ownFromKernel(links),
            defaultRoutes: try? DefaultRoute.allFromKernel(links), lan: KernelGatewayProbe(),
            programs: geteuid() == 0 ? SystemPrograms() : nil)
        facts.metrics = (try? control.settings())?.metricsListen.socket.map { TCPMetricsProbe($0) }
        guard let client = DockerClient.fromEnvironment() else {
            facts.dockerError = DockerError.unsupportedHost.description
            return facts
        }
        do throws(DockerError) {
            facts.docker = DockerFacts(
                version: try client.version(), networks: try client.networks(), containers: try client.containers(),
                earlierEndpoints: Self.endpoints(of: earlier))
            if !facts.detachedContainers.isEmpty {
                // Docker lists a container that stops as running until its endpoints are gone.
                sleep(1)
                facts.docker?.containers = try client.containers()
            }
        } catch {
            facts.docker = nil
            facts.dockerError = error.description
        }
        return facts
    }

    /// The identifiers of the endpoints of containers that run.
    private static func endpoints(of containers: [DockerContainer]) -> Set<String> {
        Set(containers.filter(\.isRunning).flatMap { $0.networks.values.map(\.endpointID) }.filter { !$0.isEmpty })
    }
}
