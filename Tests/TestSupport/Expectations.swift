// The bench shares this target and is linked statically, which Swift Testing does not support.
#if canImport(Testing)
package import Testing

/// Records an issue with both values if they differ. `#expect` shows no values of an expression that contains `try`
/// (Swift Testing 6.3).
package func expect<Value: Equatable>(
    _ value: Value, equals expected: Value, _ comment: @autoclosure () -> Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, comment(), sourceLocation: sourceLocation)
}
#endif
