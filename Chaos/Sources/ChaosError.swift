/// A sentence about a fault that a scenario found, or about why it cannot continue.
struct ChaosError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
