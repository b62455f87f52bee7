// The bench shares this target and is linked statically, for which there is no Swift Testing.
#if canImport(Testing)
package import Testing

/// Records an issue with both values where they differ. `#expect` shows no values of an expression with `try` in it
/// (Swift Testing 6.3).
package func expect<Value: Equatable>(
    _ value: Value, equals expected: Value, _ comment: @autoclosure () -> Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, comment(), sourceLocation: sourceLocation)
}
#endif
