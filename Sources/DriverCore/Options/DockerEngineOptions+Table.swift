// Every option of Docker's that an engine from 20.10 to 29 knows (moby: libnetwork/netlabel/labels.go,
// libnetwork/drivers/bridge/labels.go, libnetwork/drivers/windows/labels.go), besides those that this driver carries out.

extension DockerEngineOptions {
    /// What becomes of an option, by the place where it is written.
    struct Entry {
        var network: Treatment
        var endpoint: Treatment

        /// The same in both places.
        fileprivate static func both(_ treatment: Treatment) -> Entry { Entry(network: treatment, endpoint: treatment) }
    }

    /// The options by their names without the common prefix.
    static let table: [String: Entry] = [
        // Read by the engine since 27.0 and 28.0; `NetworkRequest.checkEngineOptions` sees whether it has.
        "enable_ipv6": ofNetworks,
        "enable_ipv4": ofNetworks,
        // Carried out by the engine since 28.0, for any driver (libnetwork/network_unix.go); checked in the same place.
        "advertise_addr_nmsgs": ofNetworks,
        "advertise_addr_ms": ofNetworks,
        // Carried out by the engine since 27.0, for any driver (libnetwork/endpoint.go, `EndpointSysctls`).
        "endpoint.sysctls": Entry(network: .refused(why: ofEndpoints, instead: giveToEndpoint), endpoint: .engine),
        // Only IPAM drivers get it; an engine may pass it to network drivers some day.
        "endpoint.name": Entry(network: note(instead: "leave it out"), endpoint: .note),

        "endpoint.ifname": .both(
            .refused(
                why: "Docker does not let plugins choose the full name of an interface",
                instead: "use \(interfacePrefix), to which Docker appends a number: lan becomes lan0")),
        "internal": .both(note(instead: "use `docker network create --internal`")),
        "gateway": .both(note(instead: "use `docker network create --gateway`")),
        "endpoint.macaddress": .both(note(instead: "use `docker run --mac-address`")),
        "endpoint.dnsservers": .both(note(instead: "use `docker run --dns`")),
        "endpoint.exposedports": .both(note(instead: "leave it out")),
        "portmap": .both(note(instead: "leave it out")),
        "generic": .both(note(instead: "leave it out")),
        "host_ipv4": .both(ofBridges(instead: "leave it out")),
        "host_ipv6": .both(ofBridges(instead: "leave it out")),
        "bridge.name": .both(ofBridges(instead: "name the parent link with -o parent=")),
        "bridge.enable_icc": .both(
            ofBridges(instead: "use -o mode=private to isolate the network's containers from each other")),
        "bridge.inhibit_ipv4": .both(ofBridges(instead: "leave it out; the host has no address in this network")),
        "bridge.host_binding_ipv4": .both(
            ofBridges(instead: "leave it out; all ports are reachable at the container's own address")),
    ]

    /// Groups of options by what their names begin with, after the common prefix.
    static let families: [(prefix: String, treatment: Treatment)] = [
        // enable_ip_masquerade, gateway_mode_ipv4, gateway_mode_ipv6, default_bridge, trusted_host_interfaces
        ("bridge.", ofBridges(instead: "leave it out")),
        // vxlanid_list, and up to 23.0 bind_interface and neighbor_ip
        ("driver.overlay.", .refused(why: "only Docker's overlay driver has this option", instead: "leave it out")),
        // no_proxy_6to4, and up to 27 the key-value stores; in calls of the engine's they are no texts
        ("driver.private", note(instead: "leave it out")),
        ("windowsshim.", .refused(why: "only Docker on Windows has this option", instead: "leave it out")),
    ]

    /// Misspelled names, without the common prefix, that are too far from the right ones to be found by their letters.
    static let misspellings = [
        "iface_prefix": "container_iface_prefix",
        "interface_prefix": "container_iface_prefix",
        "container_interface_prefix": "container_iface_prefix",
    ]

    private static let ofEndpoints = "this option applies to single containers"
    private static let giveToEndpoint = "give it with --driver-opt of `docker run` or `docker network connect`"

    /// An option of networks that the engine carries out.
    private static let ofNetworks = Entry(
        network: .engine,
        endpoint: .refused(why: "this option applies to networks", instead: "give it with `docker network create -o`"))

    /// A note of the engine's to drivers, which it does not read itself.
    private static func note(instead: String) -> Treatment {
        .refused(why: "this is not an option but information that Docker passes to drivers", instead: instead)
    }

    private static func ofBridges(instead: String) -> Treatment {
        .refused(why: "only Docker's bridge driver has this option", instead: instead)
    }
}
