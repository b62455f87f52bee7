/// Whether the engine is to keep a subnet's first address from containers, as that of the router that the user did not
/// name.
///
/// Docker's documentation of its own drivers promises the router that address. Engines before 28.0 keep it for every
/// driver and every network, later ones ask; so that the same command gives the same addresses on both, it is kept
/// where there can be a router at all, even if the option `gateway` names another one or none. Nobody has a use for it
/// in a network without a way out, or at layer 3.
package enum GatewayReservation {
    /// Decides by the options of a network that is about to be created. For invalid ones nothing is kept: creating the
    /// network says what is wrong with them.
    package static func isWanted(_ options: [String: String], isInternal: Bool) -> Bool {
        guard !isInternal, let options = try? NetworkOptions(options) else { return false }
        return options.parent != nil && !options.attachment.isLayer3
    }
}
