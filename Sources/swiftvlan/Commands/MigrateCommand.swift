import ArgumentParser
import DockerAPI
import Glibc
import Migration

/// `swiftvlan migrate`: prints the commands that move networks to swiftvlan. It changes nothing itself.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Print the commands that move macvlan and ipvlan networks to swiftvlan.",
        discussion: """
            Prints a shell script that moves networks from Docker's macvlan and ipvlan drivers, or from other plugins. \
            Changes nothing itself: read the script, then run it with sh. To go back, run it with the argument "back". \
            Containers keep their IP and MAC addresses.

            With --compose, prints a diff of a Compose file instead, for patch -p0.

            Exit status: 0 if a script or diff was printed, or nothing needs to move; 1 if a network or file cannot \
            move, or Docker could not be asked; 64 if an option is wrong.
            """)

    @Argument(help: "Name or identifier of a network. (default: every network that can move)")
    var network: [String] = []

    @Option(
        help: ArgumentHelp("Compose file to print a diff of; repeat the option for more files.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var compose: [String] = []

    @Option(
        help: ArgumentHelp(
            "Driver to move to, such as swiftvlan:latest for the managed plugin. (default: swiftvlan)",
            valueName: "name"))
    var driver: String?

    func validate() throws {
        if !compose.isEmpty, !network.isEmpty {
            throw ValidationError("--compose changes all networks of a file: leave out the names of networks.")
        }
    }

    func run() throws {
        if compose.isEmpty { try printScript() } else { for path in compose { try printDiff(path) } }
    }

    private func printScript() throws {
        guard let docker = DockerClient.fromEnvironment() else {
            throw MigrationRefusal("DOCKER_HOST names no Unix socket; unset it, and run the command on the Docker host")
        }
        let inventory = try DockerInventory(docker)
        let plan = try MigrationPlan(of: network, in: inventory, to: driver)
        guard !plan.networks.isEmpty else {
            return complain("Docker has no network of a macvlan or ipvlan driver that can move to swiftvlan.")
        }
        let script = plan.script(version: Swiftvlan.configuration.version).joined(separator: "\n")
        try Terminal.write(script + "\n")
    }

    private func printDiff(_ path: String) throws {
        let change: ComposeChange
        do throws(MigrationRefusal) {
            change = try ComposeChange(ComposeFile(try Self.content(of: path)), to: driver ?? "swiftvlan")
        } catch {
            throw MigrationRefusal("\(path): \(error)")
        }
        for note in change.notes { complain("\(path): \(note)") }
        let diff = change.diff(path: path)
        if diff.isEmpty { complain("\(path): no network has a driver that can move to swiftvlan") }
        for line in diff {
            // Not `print`: the lines keep the file's bytes, whatever its encoding.
            try Terminal.write(line + [UInt8(ascii: "\n")])
        }
    }

    /// Writes a sentence to standard error, where it stays out of the script or diff.
    private func complain(_ sentence: String) {
        var errors = LogStream()
        errors.write("\(sentence)\n")
    }

    private static func content(of path: String) throws(MigrationRefusal) -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw MigrationRefusal("cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { content += buffer[..<count] }
        guard ferror(file) == 0 else {
            throw MigrationRefusal("cannot be read: \(String(cString: strerror(errno)))")
        }
        return content
    }
}

extension DockerInventory {
    /// Asks Docker for all that a plan needs.
    fileprivate init(_ docker: DockerClient) throws(DockerError) {
        var networks = try docker.networks()
        // Only a single network comes with its endpoints.
        for index in networks.indices where Self.canMove(networks[index]) {
            networks[index] = try docker.network(networks[index].id)
        }
        let moving = networks.filter(Self.canMove)
        let names = Set(moving.flatMap { [$0.name, $0.id] })
        var containers: [DockerContainerDetails] = []
        for container in try docker.containers() where !names.isDisjoint(with: container.networks.keys) {
            containers.append(try docker.details(of: container.id))
        }
        // A host outside a swarm, and a worker, have no services.
        let services = (try? docker.services()) ?? []
        self.init(
            networks: networks, containers: containers, services: services, engine: try docker.version().version)
    }
}
