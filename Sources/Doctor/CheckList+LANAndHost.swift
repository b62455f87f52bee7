extension CheckList {
    /// The checks of the LAN, of Docker, of other programs that configure links, and of sockets and files.
    package static let lanAndHost: [any Check] = [
        DaemonState(),
        PluginSocket(),
        MetricsListener(),
        SpecFiles(),
        TwoPlugins(),
        StateDirectory(),
        EngineVersion(),
        LiveRestore(),
        DockerNetworks(),
        ContainerDetached(),
        SameParent(),
        GatewaySilent(),
        SecondMAC(),
        VLANSilent(),
        DuplicateMACs(),
        AddressConflicts(),
        Orphans(),
        NetworkManager(),
        Networkd(),
        DHCPCD(),
        Ifupdown(),
    ]
}
