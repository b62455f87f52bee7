/// A step between two states of the world, before and after which tests end the process.
///
/// In release builds there is nothing of it.
package enum FaultPoint {
    /// Passes a step; a test may have asked that the process goes no further.
    @inlinable
    package static func pass() {}
}
