package import NetworkTypes

/// Why the driver refuses a call: one sentence for the user, that says what is wrong, where, and what would be right.
package enum DriverError: Error, Hashable {
    // Options
    case unknownOption(name: String, value: String, noun: String, nearest: String?, known: [String])
    case invalidOption(name: String, value: String, valid: String)
    case optionNotUsable(option: String, why: String, instead: String)
    case contradictingOptions([String])
    case routeNotUsable(StaticRoute, why: String, instead: String)
    case mtuAboveParent(asked: Int, parent: String, limit: Int)
    case mtuBelowIPv6(asked: Int, least: Int)

    // Parents; what is written are the options about it, such as `parent=eth0 vlan=50`
    case emptyParent
    case parentNotFound(parent: String, nearest: String?)
    case parentIsLoopback(written: String)
    case parentIsNotEthernet(written: String, link: String)
    case parentIsOurs(written: String)
    case parentIsPort(written: String, port: String, masterKind: String, master: String, instead: String)
    case parentIsUpperLink(written: String, link: HostLink, lower: String)
    case parentGone(parent: String, network: NetworkID)
    case parentIsAnother(parent: String, tag: VLANTag, lower: String, network: NetworkID)

    // VLANs
    case vlanLowerLinkNotFound(parent: String, lower: String, nearest: String?)
    case vlanIDOutOfRange(parent: String, id: String, lower: String)
    case vlanCarriedByOther(parent: String, tag: VLANTag, lower: String, holder: String)
    case vlanNameTaken(written: String, name: InterfaceName, tag: VLANTag, lower: String)
    case vlanHasOtherProtocol(written: String, link: String, tag: VLANTag)
    case tooManyVLANTags(written: String)

    // Sharing a parent
    case parentHasOtherKind(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case parentHasOtherIPvlanMode(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case parentNotShared(parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment)
    case parentHeldByLink(parent: String, wanted: Attachment, link: HostLink)
    case passthruIsTaken(network: NetworkID, endpoint: EndpointID, sentence: String)

    // Host routes; the network is this program's that the route was made for
    case hostRouteExists(destination: IPPrefix, way: String, network: NetworkID?)

    // Networks and endpoints
    case unknownNetwork(NetworkID)
    case networkUnreadable(NetworkID, sentence: String)
    case unknownEndpoint(EndpointID, network: NetworkID)
    case addressOutsideSubnets(IPPrefix, subnets: [IPPrefix])
    case macAddressOnIPvlan(MACAddress)
    case macAddressNotUsable(MACAddress, why: String)
    case noMACAddressLeft(prefix: String)

    // Below
    case kindNotSupported(module: String, sentence: String)
    case settingNotSupported(sentence: String)
    case host(HostNetworkError)
    case store(StateStoreError)

    // To be tried again
    /// What is needed is being removed; the same call succeeds as soon as that has finished, and is made again then.
    case linkBeingRemoved(LinkRemoval)
    /// An address that the endpoint wants is held by another link of the parent, which may be about to go; the same
    /// call is made again for some time, and refused with this if it has not gone then.
    case addressInUse(MACAddress?, [IPAddress], parent: String, rival: EndpointID?)
}
