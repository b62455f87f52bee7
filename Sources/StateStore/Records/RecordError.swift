/// A record that cannot be used, and why.
package enum RecordError: Error, Hashable {
    /// Its contents are none of any version that is known.
    case damaged(String)
    /// It is of a version that came after this program.
    case newer(version: Int)
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let why): why
        case .newer(let version): "it is of format \(version)"
        }
    }
}
