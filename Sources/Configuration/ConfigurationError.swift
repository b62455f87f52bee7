/// What is wrong with the configuration: all of it, in the order in which it is written.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// One sentence each, which begins with where it is: a file and a line, or a variable.
    package let sentences: [String]
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String { sentences.joined(separator: "\n") }
}
