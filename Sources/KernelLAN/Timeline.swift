/// Values and the times when they are due. The earliest is taken first, and of several due at the same time, the one that
/// was added first.
struct Timeline<Value> {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        let due: Instant
        let number: UInt64
        let value: Value

        func isBefore(_ other: Entry) -> Bool { (due, number) < (other.due, other.number) }
    }

    /// A binary heap: no entry is before its parent, which is at half of its position.
    private var heap: [Entry] = []
    private var added: UInt64 = 0

    var count: Int { heap.count }

    /// When the first value is due.
    var next: Instant? { heap.first?.due }

    mutating func add(_ value: Value, at due: Instant) {
        added += 1
        heap.append(Entry(due: due, number: added, value: value))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the first value that is due; returns nil if none is.
    mutating func take(by now: Instant) -> Value? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while let child = earlierChild(of: parent), heap[child].isBefore(heap[parent]) {
            heap.swapAt(child, parent)
            parent = child
        }
        return first.value
    }

    private func earlierChild(of parent: Int) -> Int? {
        let (left, right) = (2 * parent + 1, 2 * parent + 2)
        guard right < heap.count else { return left < heap.count ? left : nil }
        return heap[right].isBefore(heap[left]) ? right : left
    }
}
