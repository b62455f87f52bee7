/// Why a scenario cannot go on, or what it found: a sentence.
struct ChaosError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
