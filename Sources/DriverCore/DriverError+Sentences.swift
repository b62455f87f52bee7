import NetworkTypes

extension DriverError: CustomStringConvertible {
    package var description: String {
        optionSentence ?? parentSentence ?? vlanSentence ?? sharingSentence ?? endpointSentence ?? hostSentence
    }

    private var optionSentence: String? {
        switch self {
        case .unknownOption(let name, let value, let noun, let nearest, let known):
            let advice = nearest.map { "did you mean \($0)=\(value)?" } ?? "there are \(known.joined(separator: ", "))"
            return "\(name)=\(value): there is no \(noun) \"\(name)\"; \(advice)"
        case .invalidOption(let name, let value, let valid):
            return "\(name)=\(value): \"\(value)\" is not valid here; use \(valid)"
        case .optionNotUsable(let option, let why, let instead):
            return "\(option): \(why); \(instead)"
        case .contradictingOptions(let options):
            return "\(options.joined(separator: " and ")) contradict each other; give one of them"
        case .routeNotUsable(let route, let why, let instead):
            return "route \(route): \(why); \(instead)"
        case .mtuAboveParent(let asked, let parent, let limit):
            return "mtu=\(asked): parent link \"\(parent)\" takes packets of \(limit) bytes; use \(limit) or less, or "
                + "raise its MTU first"
        case .mtuBelowIPv6(let asked, let least):
            return "mtu=\(asked): IPv6 needs \(least) bytes; use \(least) or more, or leave the IPv6 subnet out"
        default: return nil
        }
    }

    private var parentSentence: String? {
        switch self {
        case .emptyParent:
            return "parent= is empty; name a link of the host, or leave the option out for an isolated network"
        case .parentNotFound(let parent, let nearest):
            return "parent=\(parent): there is no link \"\(parent)\" on this host; "
                + (nearest.map { "did you mean parent=\($0)?" }
                    ?? "name one that `ip link` shows, or LINK.VID for a VLAN on it, such as eth0.50")
        case .parentIsLoopback(let written):
            return "\(written): the loopback cannot be a parent; name a link that leads out of the host"
        case .parentIsNotEthernet(let written, let link):
            return "\(written): link \"\(link)\" carries no Ethernet frames, as the kernel asks of a parent; name an "
                + "Ethernet link, a bridge, a bond or a VLAN"
        case .parentIsOurs(let written):
            return "\(written): swiftvlan made this link for a network or container of its own and removes it with "
                + "that; name a link of the host's"
        case .parentIsPort(let written, let port, let masterKind, let master, let instead):
            return "\(written): \(port) is a port of the \(masterKind) \"\(master)\", which takes all its "
                + "packets; use parent=\(instead)"
        case .parentIsUpperLink(let written, let link, let lower):
            return "\(written): \"\(link.name)\" is \(link.kind.noun) itself, and the kernel would put links on "
                + "\"\(lower)\" below it; use parent=\(lower)"
        case .parentGone(let parent, let network):
            return "network \(network.short) cannot be used: its parent link \"\(parent)\" is not on this host now; "
                + "bring the link back and start the container again"
        case .parentIsAnother(let parent, let tag, let lower, let network):
            return "network \(network.short) cannot be used: link \"\(parent)\" is not VLAN \(tag.id) on \(lower) any "
                + "more; remove or rename that link and start the container again"
        default: return nil
        }
    }

    private var vlanSentence: String? {
        switch self {
        case .vlanLowerLinkNotFound(let parent, let lower, let nearest):
            return "parent=\(parent): there is no link \"\(lower)\" on this host to carry the VLAN; "
                + (nearest.map { "did you mean \($0)?" } ?? "name one that `ip link` shows")
        case .vlanIDOutOfRange(let parent, let id, let lower):
            return "parent=\(parent): \(id) is not a VLAN number; use 1 to 4094, as in parent=\(lower).50"
        case .vlanCarriedByOther(let parent, let tag, let lower, let holder):
            return "parent=\(parent): VLAN \(tag.id) on \(lower) exists already as link \"\(holder)\"; "
                + "use parent=\(holder)"
        case .vlanNameTaken(let written, let name, let tag, let lower):
            return "\(written): there is a link \"\(name)\" already and it is not VLAN \(tag) on \(lower); choose "
                + "another name with vlan_name="
        case .vlanHasOtherProtocol(let written, let link, let tag):
            return "\(written): link \"\(link)\" is VLAN \(tag); use that protocol or another link"
        case .tooManyVLANTags(let written):
            return "\(written): these would be more than two VLAN tags; name a link that carries one tag or none"
        default: return nil
        }
    }

    private var sharingSentence: String? {
        switch self {
        case .parentHasOtherKind(let parent, let wanted, let holder, let holds):
            return "parent=\(parent): network \(holder.short) uses it for \(holds), and the kernel does not let "
                + "\(wanted.kindName) share a parent with \(holds.kindName); use another parent or "
                + "\(holds.kindName) here too"
        case .parentHasOtherIPvlanMode(let parent, let wanted, let holder, let holds):
            return "parent=\(parent): network \(holder.short) uses it for \(holds), and the kernel has one ipvlan mode "
                + "and flag for all networks of a parent, so that \(wanted) would change them; use the same or "
                + "another parent"
        case .parentNotShared(let parent, let wanted, let holder, let holds):
            let passthru = wanted == .macvlan(.passthru) ? wanted : holds
            return "parent=\(parent): network \(holder.short) uses it for \(holds), and \(passthru) shares its parent "
                + "with nothing; use another parent"
        case .parentHeldByLink(let parent, let wanted, let link):
            let place = link.isElsewhere ? "in another network namespace, as containers have them, " : ""
            return "parent=\(parent): link \"\(link.name)\" \(place)is \(link.kind.noun) on it that no network of "
                + "swiftvlan's has, and the kernel does not let \(wanted) share a parent with that; remove it or use "
                + "another parent"
        case .passthruIsTaken(let network, let endpoint, let sentence):
            return "\(sentence): network \(network.short) is macvlan passthru, which takes one container, and the last "
                + "known in it is endpoint \(endpoint.short); disconnect that one first"
        default: return nil
        }
    }

    private var endpointSentence: String? {
        switch self {
        case .unknownNetwork(let id):
            return
                "network \(id.short) is not known to swiftvlan; remove it with `docker network rm` and create it again"
        case .networkUnreadable(let id, let sentence):
            return "network \(id.short) cannot be used: \(sentence)"
        case .unknownEndpoint(let id, let network):
            return "endpoint \(id.short) of network \(network.short) is not known to swiftvlan; "
                + "start the container again"
        case .addressOutsideSubnets(let address, let subnets):
            let list = subnets.map(\.description).joined(separator: ", ")
            return "address \(address) is in no subnet of the network; its subnets are \(list)"
        case .macAddressOnIPvlan(let address):
            return "MAC address \(address) cannot be given: ipvlan links have their parent's; leave it out or use a "
                + "macvlan network"
        case .macAddressNotUsable(let address, let why):
            return "MAC address \(address) cannot be used: \(why); choose another, such as one that starts with 02"
        case .noMACAddressLeft(let prefix):
            return "all MAC addresses that begin with \(prefix) are in use on this parent; choose a shorter prefix"
        case .addressInUse(let macAddress, let addresses, let parent, let rival):
            let what =
                macAddress.map { "MAC address \($0)" }
                ?? "address \(addresses.map(\.description).joined(separator: " or "))"
            let whose = rival.map { "that of endpoint \($0.short)" } ?? "perhaps of a container that is still ending"
            return "\(what) is in use by another link on parent \"\(parent)\", \(whose); stop that container or choose "
                + "another address"
        default: return nil
        }
    }

    private var hostSentence: String {
        switch self {
        case .hostRouteExists(let destination, let way, let network):
            let whose = network.map { "network \($0.short)'s" } ?? "one"
            return "the host has a route to \(destination) already, \(whose) (\(way)); remove that, choose another "
                + "subnet, or leave this network's routes out with host_routes=off"
        case .kindNotSupported(let module, let sentence):
            return "\(sentence); this kernel has no module \"\(module)\": install the one that has it "
                + "(Debian: linux-image-\(Self.debianFlavour), Ubuntu: linux-modules-extra-$(uname -r)) and load it "
                + "with `modprobe \(module)`"
        case .settingNotSupported(let sentence): return sentence
        case .host(let error): return error.sentence
        case .store(let error): return error.sentence
        case .linkBeingRemoved(let removal): return "link number \(removal.index) is being removed; try again"
        default: return ""
        }
    }

    /// Debian's whole kernel has its packages' name from the processor, its cloud kernel has all the modules as well.
    private static var debianFlavour: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}

extension HostLinkKind {
    /// The kind with its article: `a macvlan link (bridge)`.
    fileprivate var noun: String {
        switch self {
        case .macvlan(let mode): "a macvlan link" + (mode.map { " (\($0.rawValue))" } ?? "")
        case .ipvlan(let mode, _): "an ipvlan link" + (mode.map { " (\($0.rawValue))" } ?? "")
        case .vlan: "a VLAN link"
        case .dummy: "a dummy link"
        case .other(let name): "a \(name) link"
        case .device: "a link"
        }
    }
}
