import TestSupport
import Testing

@testable import KernelLAN

@Suite("Timeline")
struct TimelineTests {
    @Test(
        "Timeline returns values in the order of their times, and equal times in the order of insertion",
        arguments: 0..<50)
    func order(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var timeline = Timeline<Int>()
        let times = (0..<200).map { _ in Int.random(in: 0..<20, using: &random) }
        for (number, time) in times.enumerated() { timeline.add(number, at: after(time)) }
        let expected = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var taken: [Int] = []
        while let value = timeline.take(by: after(20)) { taken.append(value) }
        expect(taken, equals: expected)
        expect(timeline.next, equals: nil)
    }

    @Test("Timeline returns nothing before its time")
    func early() {
        var timeline = Timeline<Int>()
        expect(timeline.take(by: start), equals: nil)
        timeline.add(1, at: after(5))
        expect(timeline.next, equals: after(5))
        expect(timeline.take(by: after(4)), equals: nil)
        expect(timeline.take(by: after(5)), equals: 1)
    }
}
