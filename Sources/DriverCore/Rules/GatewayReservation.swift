/// Decides whether the engine should reserve a subnet's first address for a router that the user did not name.
///
/// Docker's documentation of its own drivers promises the router that address. Engines before 28.0 reserve it for every
/// driver and network; later ones ask. To give the same addresses on both, it is reserved in every network that can
/// have a router, even if the option `gateway` names another one or none. A network without a way out, or at layer 3,
/// has no use for it.
package enum GatewayReservation {
    /// Returns the decision for a network that is about to be created.
    ///
    /// With invalid options, nothing is reserved: creating the network reports what is wrong with them.
    package static func isWanted(_ options: [String: String], isInternal: Bool) -> Bool {
        guard !isInternal, let options = try? NetworkOptions(options) else { return false }
        return options.parent != nil && !options.attachment.isLayer3
    }
}
