import DockerAPI

/// A container of a network that moves, and the commands that take it out and bring it back.
struct Member {
    let container: DockerContainerDetails
    let attachment: DockerAttachment
    let network: DockerNetwork
    let origin: Origin
    let keepsMACAddress: Bool

    /// Returns nil if the container is not in the network.
    init?(_ container: DockerContainerDetails, of commands: NetworkCommands) {
        guard let attachment = container.attachment(to: commands.network) else { return nil }
        (self.container, self.attachment, network) = (container, attachment, commands.network)
        (origin, keepsMACAddress) = (commands.origin, commands.keepsMACAddresses)
    }

    /// Whether the user chose the container's address.
    var isFixed: Bool { !attachment.wanted.address.isEmpty || !attachment.wanted.addressIPv6.isEmpty }

    /// Whether the container has an address that it must not lose to another container, which is the case while it runs.
    var hasAddress: Bool { !address.isEmpty || !addressIPv6.isEmpty }

    /// Whether the container was created with the network's identifier, which the new network does not have.
    var namesIdentifier: Bool {
        container.networkMode.utf8.count >= 12 && network.id.hasPrefix(container.networkMode)
    }

    var disconnection: [String] {
        ["docker", "network", "disconnect"] + NetworkCommands.names(network.name, container.name)
    }

    var connection: [String] { connection(with: movedOptions) }

    /// The command that connects the container to the network as it was.
    var restoration: [String] { connection(with: attachment.options) }

    private var address: String { attachment.wanted.address.isEmpty ? attachment.address : attachment.wanted.address }

    private var addressIPv6: String {
        attachment.wanted.addressIPv6.isEmpty ? attachment.addressIPv6 : attachment.wanted.addressIPv6
    }

    /// Docker's drivers ignore most options of a container; swiftvlan refuses those that it does not know.
    private var movedOptions: [String: String] {
        var options = attachment.options
        if case .swiftvlan = origin {
            // The engine still has the options, and the plugin chose the address from them.
        } else {
            options = options.filter { $0.key == "com.docker.network.endpoint.sysctls" }
        }
        if keepsMACAddress, !attachment.macAddress.isEmpty { options["mac"] = attachment.macAddress }
        return options
    }

    private func connection(with options: [String: String]) -> [String] {
        var words = ["docker", "network", "connect"]
        if hasPools {
            words += address.isEmpty ? [] : ["--ip", address]
            words += addressIPv6.isEmpty ? [] : ["--ip6", addressIPv6]
        }
        words += attachment.wanted.linkLocal.flatMap { ["--link-local-ip", $0] }
        words += aliases.flatMap { ["--alias", $0] } + attachment.links.flatMap { ["--link", $0] }
        words += options.sorted { $0.key < $1.key }.flatMap { ["--driver-opt", "\($0.key)=\($0.value)"] }
        if attachment.gatewayPriority != 0 { words += ["--gw-priority", String(attachment.gatewayPriority)] }
        return words + NetworkCommands.names(network.name, container.name)
    }

    /// Docker accepts chosen addresses only in subnets that the user chose too.
    private var hasPools: Bool { network.addressing.driver != "null" }

    /// Without the container's short identifier, which engines before 25 add themselves.
    private var aliases: [String] { attachment.aliases.filter { $0 != container.id.prefix(12) } }
}

extension DockerContainerDetails {
    /// Returns the container's place in a network. A container that never ran may know the network only by the name or
    /// identifier that its user wrote.
    func attachment(to network: DockerNetwork) -> DockerAttachment? {
        for (key, attachment) in networks {
            if attachment.networkID == network.id { return attachment }
            let isPrefix = key.count >= 12 && network.id.hasPrefix(key)
            if attachment.networkID.isEmpty, key == network.name || isPrefix { return attachment }
        }
        return nil
    }

    /// The name of the container's Swarm service.
    var service: String? { labels["com.docker.swarm.service.name"] }
}
