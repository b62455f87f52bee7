import DockerAPI

/// Moves the networks that a Compose project created: its file changes, and Compose creates everything again.
struct ComposeStage {
    private let project: String
    private let networks: [NetworkCommands]
    /// Containers of others in the project's networks.
    private let guests: [Member]
    private let leader: DockerContainerDetails?

    init(_ project: String, _ networks: [NetworkCommands], in inventory: DockerInventory) {
        (self.project, self.networks) = (project, networks)
        guests = LocalStage.members(of: networks, in: inventory) {
            $0.labels["com.docker.compose.project"] != project && $0.service == nil
        }
        leader = inventory.containers.first {
            $0.labels["com.docker.compose.project"] == project && $0.labels[Self.folderLabel] != nil
        }
    }

    var stage: Stage {
        let names = networks.map { "\($0.network.name) (\($0.network.driver))" }.joined(separator: ", ")
        var stage = Stage("Compose project \(project): \(names)")
        stage.notes = notes
        guard let folder = leader?.labels[Self.folderLabel] else {
            stage.move = [
                .comment("In the project's folder, with the name of its file:"),
                .comment("    swiftvlan migrate --compose compose.yaml >compose.yaml.patch"),
                .comment("    docker compose down"), .comment("    patch -p0 <compose.yaml.patch"),
                .comment("    docker compose up -d"),
            ]
            stage.back = [.comment("Put the Compose file of project \(project) back, then: docker compose up -d")]
            return stage
        }
        let start: [Stage.Line] = [.command(["cd", folder])]
        stage.move =
            start + files.map(writePatch) + files.flatMap(applyPatch) + guests.map { .command($0.disconnection) }
            + [.command(compose("down")), .command(compose("up", "-d"))] + guests.map { .command($0.connection) }
        stage.back =
            start + guests.map { .attempt($0.disconnection) } + [.attempt(compose("down"))] + files.map(putBack)
            + [.command(compose("up", "-d"))] + guests.map { .command($0.restoration) }
        return stage
    }

    private var notes: [String] {
        [
            "Compose removes the project's containers and creates them again; volumes with a name stay.",
            "Services without ipv4_address may get other addresses, and all get other MAC addresses once.",
        ] + networks.flatMap(\.moved.notes)
    }

    private static let folderLabel = "com.docker.compose.project.working_dir"

    /// The project's files, as paths in its folder where they are there.
    private var files: [String] {
        let folder = (leader?.labels[Self.folderLabel] ?? "") + "/"
        let paths = leader?.labels["com.docker.compose.project.config_files"]?.split(separator: ",").map(String.init)
        return (paths ?? []).map { $0.hasPrefix(folder) ? String($0.dropFirst(folder.count)) : $0 }
    }

    private func compose(_ words: String...) -> [String] {
        let environment = leader?.labels["com.docker.compose.project.environment_file"] ?? ""
        return ["docker", "compose", "-p", project]
            + environment.split(separator: ",").flatMap { ["--env-file", String($0)] }
            + files.flatMap { ["-f", $0] } + words
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
