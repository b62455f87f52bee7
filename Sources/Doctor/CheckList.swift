/// All checks, in the order of the report.
package enum CheckList {
    // One check per line; docs/doctor.md describes each under its name.
    package static let all: [any Check] = linksAndHost + lanAndHost

    private static let linksAndHost: [any Check] = [
        NetworkStates(),
        KernelModules(),
        ParentMissing(),
        ParentState(),
        ParentPort(),
        ParentWireless(),
        VirtualMachine(),
        MTUAboveParent(),
        HostAddresses(),
        SubnetOfParent(),
        HostAccessSettings(),
        IPv6Settings(),
        DefaultRoutes(),
        Forwarding(),
        Firewall(),
        BridgeFirewall(),
        BroadcastQueue(),
    ]
}
