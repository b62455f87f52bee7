/// What a call has done, or has not done yet, that its user should know and that is no reason to refuse it.
package enum Notice: Hashable, Sendable {
    /// A VLAN link has another name than one would expect.
    case shortLinkName(wanted: String, given: String)
    /// The host's routes cannot be made while their link is down.
    case hostRoutesWait(parent: String)
    /// Something could not be removed and is tried again.
    case removalFailed(sentence: String)
}

extension Notice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .shortLinkName(let wanted, let given):
            "VLAN link \"\(wanted)\" is called \"\(given)\", because the kernel allows names of 15 bytes; "
                + "vlan_name= gives it another name"
        case .hostRoutesWait(let parent):
            "link \"\(parent)\" is down, so that the host's routes to the network are made when a container joins "
                + "after it is up"
        case .removalFailed(let sentence): "\(sentence); it will be tried again"
        }
    }
}
