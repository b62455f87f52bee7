// All Docker options that an engine from 20.10 to 29 knows (moby: libnetwork/netlabel/labels.go,
// libnetwork/drivers/bridge/labels.go, libnetwork/drivers/windows/labels.go), except those that this driver handles.

extension DockerEngineOptions {
    /// The treatment of an option, by the place where the user gives it.
    struct Entry {
        var network: Treatment
        var endpoint: Treatment

        /// Returns an entry with the same treatment in both places.
        fileprivate static func both(_ treatment: Treatment) -> Entry { Entry(network: treatment, endpoint: treatment) }
    }

    /// The options by name, without the common prefix.
    static let table: [String: Entry] = [
        // Handled by the engine since 27.0 (IPv6) and 28.0 (IPv4); `NetworkRequest.checkEngineOptions` checks that it
        // did.
        "enable_ipv6": ofNetworks,
        "enable_ipv4": ofNetworks,
        // Handled by the engine since 28.0, for any driver (libnetwork/network_unix.go); checked in the same place.
        "advertise_addr_nmsgs": ofNetworks,
        "advertise_addr_ms": ofNetworks,
        // Handled by the engine since 27.0, for any driver (libnetwork/endpoint.go, `EndpointSysctls`).
        "endpoint.sysctls": Entry(network: .refused(why: ofEndpoints, instead: giveToEndpoint), endpoint: .engine),
        // Only IPAM drivers receive it today; a future engine may pass it to network drivers.
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

    /// Groups of options that share a prefix, after the common one.
    static let families: [(prefix: String, treatment: Treatment)] = [
        // enable_ip_masquerade, gateway_mode_ipv4, gateway_mode_ipv6, default_bridge, trusted_host_interfaces
        ("bridge.", ofBridges(instead: "leave it out")),
        // vxlanid_list, and up to 23.0 bind_interface and neighbor_ip
        ("driver.overlay.", .refused(why: "only Docker's overlay driver has this option", instead: "leave it out")),
        // no_proxy_6to4, and up to 27 the key-value stores; the engine's own calls pass them as other types than
        // strings
        ("driver.private", note(instead: "leave it out")),
        ("windowsshim.", .refused(why: "only Docker on Windows has this option", instead: "leave it out")),
    ]

    /// Misspelled names, without the common prefix, that are too far from the right ones for a comparison by letters.
    static let misspellings = [
        "iface_prefix": "container_iface_prefix",
        "interface_prefix": "container_iface_prefix",
        "container_interface_prefix": "container_iface_prefix",
    ]

    private static let ofEndpoints = "this option applies to single containers"
    private static let giveToEndpoint =
        "give it with `docker run --network name=NETWORK,driver-opt=OPTION=VALUE` or `docker network connect "
        + "--driver-opt`"

    /// A network option that the engine handles.
    private static let ofNetworks = Entry(
        network: .engine,
        endpoint: .refused(why: "this option applies to networks", instead: "give it with `docker network create -o`"))

    /// Returns the treatment of a note from the engine to drivers, which the engine itself does not read.
    private static func note(instead: String) -> Treatment {
        .refused(why: "this is not an option but information that Docker passes to drivers", instead: instead)
    }

    private static func ofBridges(instead: String) -> Treatment {
        .refused(why: "only Docker's bridge driver has this option", instead: instead)
    }
}
