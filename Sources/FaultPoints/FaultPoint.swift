/// A step between two states of the host or the store, before and after which tests kill the process.
///
/// Release builds contain none of this: SwiftPM defines `DEBUG` only in debug builds, and an empty function that is
/// inlined leaves no instruction. It is public because the compiler does not inline `package` functions into other
/// modules (Swift 6.3).
public enum FaultPoint {
    #if DEBUG
    /// Passes a step; kills the process here if a test asked for it.
    public static func pass() {
        PassageCounter.ofProcess?.pass()
    }
    #else
    /// Passes a step; kills the process here if a test asked for it.
    @inlinable
    public static func pass() {}
    #endif
}
