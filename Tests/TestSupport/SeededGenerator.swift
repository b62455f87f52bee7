/// Pseudorandom numbers, the same for the same seed (SplitMix64), so that a failure can be reproduced.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    /// Returns one of the choices, of which there must be at least one.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    /// Returns one of the choices, with a probability in proportion to its weight. At least one weight must be above 0.
    package mutating func pick<Choice>(_ weights: KeyValuePairs<Choice, Int>) -> Choice {
        var rest = Int.random(in: 0..<weights.reduce(0) { $0 + $1.value }, using: &self)
        var place = weights.startIndex
        while rest >= weights[place].value {
            rest -= weights[place].value
            place += 1
        }
        return weights[place].key
    }

    /// Returns true in the given share of all calls, which is between 0 and 1.
    package mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    /// Returns the elements of all lists, mixed; those of one list stay in their order.
    package mutating func interleave<Element>(_ lists: [[Element]]) -> [Element] {
        var order = lists.indices.flatMap { list in lists[list].map { _ in list } }
        order.shuffle(using: &self)
        var rests = lists.map { $0[...] }
        return order.compactMap { rests[$0].popFirst() }
    }
}
