import DockerAPI

/// Moves the networks that a Compose project created: its file changes, and Compose creates everything again.
struct ComposeStage {
    private let project: String
    private let networks: [NetworkCommands]
    /// Containers of others in the project's networks.
    private let guests: [Member]
    /// Where Compose found the project; nil if the containers' labels do not say.
    private let source: Source?

    /// The folder, files and environment files of a project, as Compose writes them into labels.
    private struct Source: Hashable {
        let folder: String
        let files: [String]
        let environments: [String]

        /// Returns nil for labels that Compose does not write so: an image can have any labels.
        init?(_ labels: [String: String]) {
            func list(_ name: String) -> [String] {
                (labels["com.docker.compose.project.\(name)"] ?? "").split(separator: ",").map(String.init)
            }
            guard let folder = labels["com.docker.compose.project.working_dir"], folder.hasPrefix("/") else {
                return nil
            }
            self.folder = folder
            files = list("config_files").map { path in
                let inside = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.utf8.count + 1)) : path
                // cp and patch read other names as options.
                return inside.hasPrefix("-") ? "./" + inside : inside
            }
            environments = list("environment_file")
            guard !files.isEmpty else { return nil }
        }
    }

    init(_ project: String, _ networks: [NetworkCommands], in inventory: DockerInventory) {
        (self.project, self.networks) = (project, networks)
        guests = LocalStage.members(of: networks, in: inventory) {
            $0.labels["com.docker.compose.project"] != project && $0.service == nil
        }
        let containers = inventory.containers.filter { $0.labels["com.docker.compose.project"] == project }
        let sources = Set(containers.map { Source($0.labels) })
        // Containers with other labels are not from this file, or a foreign image wrote them.
        source = sources.count == 1 ? sources.first ?? nil : nil
    }

    var stage: Stage {
        let names = networks.map { "\($0.network.name) (\($0.network.driver))" }.joined(separator: ", ")
        var stage = Stage("Compose project \(project): \(names)")
        stage.notes = notes
        guard let source else {
            stage.move = [
                .comment("In the project's folder, with the name of its file:"),
                .comment("    swiftvlan migrate --compose compose.yaml >compose.yaml.patch"),
                .comment("    docker compose down"), .comment("    patch -p0 <compose.yaml.patch"),
                .comment("    docker compose up -d"),
            ]
            stage.back = [.comment("Put the Compose file of project \(project) back, then: docker compose up -d")]
            return stage
        }
        stage.networks = networks.map(\.network.name)
        let start: [Stage.Line] = [.command(["cd", source.folder])]
        stage.move =
            start + source.files.map(writePatch) + source.files.flatMap(applyPatch)
            + guests.map { .command($0.disconnection) }
            + [.command(compose(source, "down")), .command(compose(source, "up", "-d"))]
            + guests.map { .command($0.connection) }
        stage.back =
            start + guests.map { .attempt($0.disconnection) } + [.attempt(compose(source, "down"))]
            + source.files.map(putBack)
            + [.command(compose(source, "up", "-d"))] + guests.map { .command($0.restoration) }
        return stage
    }

    private var notes: [String] {
        [
            "Compose removes the project's containers and creates them again; volumes with a name stay.",
            "Services without ipv4_address may get other addresses, and all get other MAC addresses once.",
        ] + networks.flatMap(\.moved.notes)
    }

    private func compose(_ source: Source, _ words: String...) -> [String] {
        ["docker", "compose", "-p", project] + source.environments.flatMap { ["--env-file", $0] }
            + source.files.flatMap { ["-f", $0] } + words
    }

    /// Comes first: a file that swiftvlan cannot change stops the script before it changed anything.
    private func writePatch(_ file: String) -> Stage.Line {
        .code("swiftvlan migrate --compose \(Shell.word(file)) >\(Shell.word(file + ".patch"))")
    }

    private func applyPatch(_ file: String) -> [Stage.Line] {
        [
            .command(["cp", "-p", file, file + ".before-swiftvlan"]),
            .code("patch \(Shell.word(file)) <\(Shell.word(file + ".patch"))"),
        ]
    }

    private func putBack(_ file: String) -> Stage.Line {
        let (file, saved) = (Shell.word(file), Shell.word(file + ".before-swiftvlan"))
        return .code("[ ! -e \(saved) ] || mv \(saved) \(file)")
    }
}
