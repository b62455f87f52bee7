/// A step between two states of the world, before and after which tests end the process.
///
/// In release builds there is nothing of it: SwiftPM defines `DEBUG` in debug builds alone, and an empty function that
/// every caller inlines leaves no instruction behind. It is public for that: of what is `package` the compiler inlines
/// nothing into other modules (Swift 6.3).
public enum FaultPoint {
    #if DEBUG
    /// Passes a step; a test may have asked that the process goes no further.
    public static func pass() {
        PassageCounter.ofProcess?.pass()
    }
    #else
    /// Passes a step; a test may have asked that the process goes no further.
    @inlinable
    public static func pass() {}
    #endif
}
