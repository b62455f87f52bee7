/// Returns a description of a JSON decoder's error, with its place in the document.
package func sentence(for error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it is not JSON" }
    switch error {
    case .keyNotFound(let key, let context):
        return "\"\(key.stringValue)\" is missing\(place(context))"
    case .typeMismatch(_, let context):
        return "a value has the wrong type\(place(context))"
    case .valueNotFound(_, let context):
        return "a value is null\(place(context))"
    case .dataCorrupted(let context):
        return context.codingPath.isEmpty ? "it is not JSON" : "\(context.debugDescription)\(place(context))"
    @unknown default:
        return "it is not JSON"
    }
}

private func place(_ context: DecodingError.Context) -> String {
    guard !context.codingPath.isEmpty else { return "" }
    return " at " + context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
}
