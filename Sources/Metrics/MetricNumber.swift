/// A number as the exposition format writes it: decimal digits without an exponent.
///
/// Go's parser accepts exponents, but `1e-05` is hard to read, and a bucket's bound is a label, which is compared as
/// text: a change of its spelling would start a new time series.
struct MetricNumber {
    private let value: Double

    init(_ value: Double) { self.value = value }

    var text: String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return Self.expanded(value.description)
    }

    /// Moves the decimal point of `1.5e-07` as far as the exponent says: `0.00000015`.
    private static func expanded(_ text: String) -> String {
        let parts = text.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
        let isNegative = parts[0].hasPrefix("-")
        let number = parts[0].drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        let whole = String(number.first ?? "0")
        // Swift writes 1e+20 as "1e+20", and 1.5e+20 as "1.5e+20".
        let fraction = number.count == 2 && number[1] != "0" ? String(number[1]) : ""
        let digits = whole + fraction
        let point = whole.count + exponent
        let sign = isNegative ? "-" : ""
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
