/// A record that cannot be used, and why.
package enum RecordError: Error, Hashable {
    /// Its contents fit no known version.
    case damaged(String)
    /// Its version is newer than this program.
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
