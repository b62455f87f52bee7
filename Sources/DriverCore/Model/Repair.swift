/// The actions and findings that reconciliation counts; the raw value is for the log.
package enum Repair: String, CaseIterable, Sendable {
    case linksCreated = "links created"
    /// Attempts to create links, successful or not.
    case attempts = "attempts to create them"
    case linksSetUp = "links set up"
    case mtusRaised = "MTUs raised"
    case addressesSet = "IPv6 addresses of the host added or removed"
    case routesAdded = "routes added"
    case shimEntriesChanged = "entries of host access changed"
    case orphansRemoved = "orphans removed"
    case endpointsForgotten = "endpoints forgotten"
    case parentsLost = "parents lost"
    case parentsFound = "parents found again"
}
