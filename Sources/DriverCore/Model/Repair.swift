/// The actions and findings that reconciliation counts; the raw value is for the log.
package enum Repair: String, CaseIterable, Sendable {
    case linksCreated = "links created"
    /// Attempts to create links, successful or not.
    case attempts = "attempts at that"
    case linksSetUp = "links set up"
    case mtusRaised = "MTUs raised"
    case addressesSet = "IPv6 addresses of the host given or taken"
    case routesAdded = "routes added"
    case orphansRemoved = "orphans removed"
    case endpointsForgotten = "endpoints forgotten"
    case parentsLost = "times a parent lost"
    case parentsFound = "times found again"
}
