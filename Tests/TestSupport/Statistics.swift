/// Returns a quantile of the values, which must not be empty.
package func quantile(_ part: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
}

/// Returns the median of the values, which a single outlier does not move.
package func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

extension Duration {
    package var seconds: Double { self / .seconds(1) }
    package var milliseconds: Double { self / .milliseconds(1) }
    package var microseconds: Double { self / .microseconds(1) }
}

extension Double {
    /// The number with three significant digits, or all before the point.
    package var text: String {
        let places = self >= 100 ? 0 : self >= 10 ? 1 : self >= 1 ? 2 : 3
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((self * Double(scale)).rounded())
        guard places > 0 else { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
