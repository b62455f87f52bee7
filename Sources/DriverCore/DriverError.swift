package import NetworkTypes

/// Why the driver refuses a call: one sentence for the user, that says what is wrong, where, and what would be right.
package enum DriverError: Error, Hashable {
    // Options
    case unknownOption(name: String, value: String, nearest: String?, known: [String])
    case unknownEndpointOption(name: String, value: String)
    case invalidOption(name: String, value: String, valid: String)
    case contradictingOptions([String])
    case emptyParent

    // Parents
    case parentNotFound(parent: String, nearest: String?)
    case vlanLowerLinkNotFound(parent: String, lower: String, nearest: String?)
    case vlanIDOutOfRange(parent: String, id: String, lower: String)
    case linkNameTooLong(parent: String)
    case vlanCarriedByOther(parent: String, tag: VLANTag, lower: String, holder: String)
    case parentIsLoopback(parent: String)
    case parentIsOurs(parent: String)
    case parentIsPort(parent: String, port: String, masterKind: String, master: String, instead: String)
    case parentGone(parent: String, network: NetworkID)
    case parentIsAnother(parent: String, tag: VLANTag, network: NetworkID)

    // Sharing a parent
    case parentHasOtherKind(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case parentHasOtherIPvlanMode(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case parentNotShared(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case passthruIsTaken(network: NetworkID, endpoint: EndpointID, sentence: String)

    // Networks and endpoints
    case unknownNetwork(NetworkID)
    case unknownEndpoint(EndpointID, network: NetworkID)
    case addressOutsideSubnets(IPPrefix, subnets: [IPPrefix])
    case macAddressOnIPvlan(MACAddress)
    case macAddressNotUsable(MACAddress, why: String)

    // Below
    case kindNotSupported(kind: String, sentence: String)
    case host(HostNetworkError)
    case store(StateStoreError)

    /// What is needed is being removed; the same call succeeds as soon as that has finished, and is made again then.
    case linkBeingRemoved(LinkRemoval)
}

extension DriverError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownOption, .unknownEndpointOption, .invalidOption, .contradictingOptions, .emptyParent:
            optionSentence
        case .parentNotFound, .vlanLowerLinkNotFound, .vlanIDOutOfRange, .linkNameTooLong, .vlanCarriedByOther,
            .parentIsLoopback, .parentIsOurs, .parentIsPort, .parentGone, .parentIsAnother:
            parentSentence
        case .parentHasOtherKind, .parentHasOtherIPvlanMode, .parentNotShared, .passthruIsTaken:
            sharingSentence
        case .unknownNetwork, .unknownEndpoint, .addressOutsideSubnets, .macAddressOnIPvlan, .macAddressNotUsable:
            endpointSentence
        case .kindNotSupported(let kind, let sentence):
            "\(sentence); this kernel has no \(kind) links: load its module (`modprobe \(kind)`) or install a kernel that "
                + "has it"
        case .host(let error): error.sentence
        case .store(let error): error.sentence
        case .linkBeingRemoved(let removal): "link number \(removal.index) is being removed; try again"
        }
    }

    private var optionSentence: String {
        switch self {
        case .unknownOption(let name, let value, let nearest, let known):
            let list = known.joined(separator: ", ")
            guard let nearest else { return "\(name)=\(value): there is no option \"\(name)\"; there are \(list)" }
            return "\(name)=\(value): there is no option \"\(name)\"; did you mean \(nearest)=\(value)?"
        case .unknownEndpointOption(let name, let value):
            return "\(name)=\(value): there is no endpoint option \"\(name)\"; leave it out"
        case .invalidOption(let name, let value, let valid):
            return "\(name)=\(value): \"\(value)\" is not valid here; use \(valid)"
        case .contradictingOptions(let options):
            return "\(options.joined(separator: " and ")) contradict each other; give one of them"
        case .emptyParent:
            return "parent= is empty; name a link of the host, or leave the option out for an isolated network"
        default:
            return ""
        }
    }

    private var parentSentence: String {
        switch self {
        case .parentNotFound(let parent, let nearest):
            return "parent=\(parent): there is no link \"\(parent)\" on this host; "
                + (nearest.map { "did you mean parent=\($0)?" }
                    ?? "name one that `ip link` shows, or LINK.VID for a VLAN on it, such as eth0.50")
        case .vlanLowerLinkNotFound(let parent, let lower, let nearest):
            return "parent=\(parent): there is no link \"\(lower)\" on this host to carry the VLAN; "
                + (nearest.map { "did you mean \($0)?" } ?? "name one that `ip link` shows")
        case .vlanIDOutOfRange(let parent, let id, let lower):
            return "parent=\(parent): \(id) is not a VLAN number; use 1 to 4094, as in parent=\(lower).50"
        case .linkNameTooLong(let parent):
            return "parent=\(parent): the kernel allows link names of 15 bytes and this one has \(parent.utf8.count); "
                + "make the VLAN link yourself under a shorter name and give that one"
        case .vlanCarriedByOther(let parent, let tag, let lower, let holder):
            return "parent=\(parent): VLAN \(tag.id) on \(lower) exists already as link \"\(holder)\"; "
                + "use parent=\(holder)"
        case .parentIsLoopback(let parent):
            return "parent=\(parent): the loopback cannot be a parent; name a link that leads out of the host"
        case .parentIsOurs(let parent):
            return
                "parent=\(parent): swiftvlan made this link for a network or container of its own and removes it with "
                + "that; name a link of the host's"
        case .parentIsPort(let parent, let port, let masterKind, let master, let instead):
            return "parent=\(parent): \(port) is a port of the \(masterKind) \"\(master)\", which takes all its "
                + "packets; use parent=\(instead)"
        case .parentGone(let parent, let network):
            return "network \(network.short) cannot be used: its parent link \"\(parent)\" is not on this host now; "
                + "bring the link back and start the container again"
        case .parentIsAnother(let parent, let tag, let network):
            return
                "network \(network.short) cannot be used: link \"\(parent)\" is not VLAN \(tag.id) any more; remove or "
                + "rename that link and start the container again"
        default:
            return ""
        }
    }

    private var sharingSentence: String {
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
        case .passthruIsTaken(let network, let endpoint, let sentence):
            return "\(sentence): network \(network.short) is macvlan passthru, which takes one container, and the last "
                + "known in it is endpoint \(endpoint.short); disconnect that one first"
        default:
            return ""
        }
    }

    private var endpointSentence: String {
        switch self {
        case .unknownNetwork(let id):
            return
                "network \(id.short) is not known to swiftvlan; remove it with `docker network rm` and create it again"
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
        default:
            return ""
        }
    }
}
