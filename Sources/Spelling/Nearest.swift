/// Returns the candidate that a misspelled word most likely means; nil if none is close.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    // The comparison takes quadratic time, and hundreds of letters are no typo of a name.
    guard word.utf8.count <= 64 else { return nil }
    let limit = max(1, word.count / 3)
    let ranked = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
    return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.candidate
}

/// Returns the number of letters to add, drop, change or swap with a neighbor to turn one word into the other, ignoring
/// case (optimal string alignment).
private func editDistance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.lowercased()), Array(second.lowercased()))
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforePrevious[j - 1] + 1) }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
}
