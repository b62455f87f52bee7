package import NetworkTypes

/// What the driver has done, or has not done yet, that users should know and that is no reason to refuse a call.
package enum Notice: Hashable, Sendable {
    /// A VLAN link has another name than one would expect.
    case shortLinkName(wanted: String, given: String)
    /// The host's routes cannot be made while their link is down.
    case hostRoutesWait(parent: String)
    /// Something could not be removed and is tried again.
    case removalFailed(sentence: String)
    /// What should have been an endpoint's link has not its mark.
    case linkStays(link: String, endpoint: EndpointID)
    /// A record could not be read.
    case recordUnreadable(sentence: String)

    // What became of networks
    /// A network's parent, or the link below it, is not there.
    case parentAway(link: String, network: NetworkID)
    case parentBack(link: String, network: NetworkID)
    /// A network cannot be used for the time being.
    case networkBlocked(network: NetworkID, sentence: String)
    case networkUsable(network: NetworkID)

    // What was repaired
    case linkMadeAgain(link: String, network: NetworkID, hasContainers: Bool)
    case linkSetUp(link: String)
    case linkNotSetUp(link: String, sentence: String)
    case mtuRaised(link: String, mtu: Int)
    case mtuNotRaised(link: String, sentence: String)
    case routeAddedAgain(destination: IPPrefix, link: String)
    case routeNotAdded(destination: IPPrefix, sentence: String)
    case strayLinkRemoved(link: String, alias: String)
    case strayRouteRemoved(destination: IPPrefix)
    case endpointDropped(endpoint: EndpointID, network: NetworkID, isLinkGone: Bool)
    /// The host could not be looked at, which is tried again.
    case lookFailed(sentence: String)
}

extension Notice: CustomStringConvertible {
    package var description: String { callSentence ?? networkSentence ?? repairSentence }

    private var callSentence: String? {
        switch self {
        case .shortLinkName(let wanted, let given):
            "VLAN link \"\(wanted)\" is called \"\(given)\", because the kernel allows names of 15 bytes; "
                + "vlan_name= gives it another name"
        case .hostRoutesWait(let parent):
            "link \"\(parent)\" is down, so that the host's routes to the network are made when it is up"
        case .removalFailed(let sentence): "\(sentence); it will be tried again"
        case .linkStays(let link, let endpoint):
            "link \"\(link)\" stays on the host, because its alias is not that of endpoint \(endpoint.short), which had "
                + "a link of this name; unless somebody else needs it, remove it: ip link delete \(link)"
        case .recordUnreadable(let sentence): sentence
        default: nil
        }
    }

    private var networkSentence: String? {
        switch self {
        case .parentAway(let link, let network):
            "network \(network.short) waits for link \"\(link)\", which is not on this host; its containers can be "
                + "started as soon as it is"
        case .parentBack(let link, let network): "network \(network.short) works again: link \"\(link)\" is there"
        case .networkBlocked(_, let sentence): sentence
        case .networkUsable(let network): "network \(network.short) works again"
        default: nil
        }
    }

    private var repairSentence: String {
        switch self {
        case .linkMadeAgain(let link, let network, let hasContainers):
            "link \"\(link)\" of network \(network.short) was gone and has been made again"
                + (hasContainers ? "; containers that were on it have to be restarted" : "")
        case .linkSetUp(let link): "link \"\(link)\" was down and has been set up again"
        case .linkNotSetUp(let link, let sentence): "link \"\(link)\" is down and stays so for now: \(sentence)"
        case .mtuRaised(let link, let mtu): "link \"\(link)\" takes packets of \(mtu) bytes now, as the link below does"
        case .mtuNotRaised(let link, let sentence): "the MTU of link \"\(link)\" stays: \(sentence)"
        case .routeAddedAgain(let destination, let link):
            "the host's route to \(destination) over \"\(link)\" was gone and has been added again"
        case .routeNotAdded(let destination, let sentence):
            "the host has no route to \(destination) for now: \(sentence)"
        case .strayLinkRemoved(let link, let alias):
            "link \"\(link)\" (\(alias)) was left over from an earlier time and has been removed"
        case .strayRouteRemoved(let destination):
            "the host's route to \(destination) was left over from an earlier time and has been removed"
        case .endpointDropped(let endpoint, let network, let isLinkGone):
            "endpoint \(endpoint.short) of network \(network.short) is forgotten: "
                + (isLinkGone
                    ? "its link is gone, with its container or with its parent" : "it never got into a container")
        case .lookFailed(let sentence): "the host could not be looked at and will be again: \(sentence)"
        default: ""
        }
    }
}

extension Notice {
    /// Whether something does not work that somebody wants to.
    package var isProblem: Bool {
        switch self {
        case .removalFailed, .linkStays, .recordUnreadable, .parentAway, .networkBlocked, .linkNotSetUp, .mtuNotRaised,
            .routeNotAdded, .lookFailed:
            true
        default: false
        }
    }

    /// The link, network or route that it is about: of one that changes all the time only so much is logged.
    package var subject: String {
        switch self {
        case .shortLinkName(_, let given): given
        case .hostRoutesWait(let parent): parent
        case .removalFailed(let sentence), .recordUnreadable(let sentence), .lookFailed(let sentence): sentence
        case .parentAway(let link, _), .parentBack(let link, _), .linkMadeAgain(let link, _, _), .linkSetUp(let link),
            .linkNotSetUp(let link, _), .mtuRaised(let link, _), .mtuNotRaised(let link, _),
            .strayLinkRemoved(let link, _), .linkStays(let link, _):
            "link \(link)"
        case .networkBlocked(let network, _), .networkUsable(let network): "network \(network.short)"
        case .routeAddedAgain(let destination, _), .routeNotAdded(let destination, _),
            .strayRouteRemoved(let destination):
            "route to \(destination)"
        case .endpointDropped(let endpoint, _, _): "endpoint \(endpoint.short)"
        }
    }
}
