/// Whether a network's containers can be started now.
package enum NetworkCondition: Hashable, Sendable {
    case ready
    /// Its parent, or the link below that, is not on the host; it works as soon as there is a link of that name.
    case waiting(forLink: String)
    /// Something of somebody else's is in its way, or the kernel refuses what it needs.
    case blocked(sentence: String)
}
