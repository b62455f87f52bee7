import NetworkTypes

/// The names of a set of options.
protocol OptionKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The word for these options in messages.
    static var noun: String { get }
    /// The place where the user gives them.
    static var place: DockerEngineOptions.Place { get }
    /// Docker's own name for an option, if it has one with Docker's prefix.
    var alias: String? { get }
}

/// Options as the user wrote them; all are known.
struct RawOptions<Key: OptionKey> {
    /// The values, each with the name under which it was given.
    private var raw: [Key: (name: String, value: String)] = [:]

    /// Throws for a name that is neither known nor a Docker option that the engine handles.
    init(_ options: [String: String]) throws(DriverError) {
        // Sorted, so that among several mistakes always the same one is reported.
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            guard let key = Key(rawValue: name) ?? Key.allCases.first(where: { $0.alias == name }) else {
                try Self.checkUnknown(name, value)
                continue
            }
            if let other = raw[key], other.value != value {
                throw .contradictingOptions(["\(other.name)=\(other.value)", "\(name)=\(value)"])
            }
            raw[key] = (name, value)
        }
    }

    /// Accepts a Docker option that this driver need not handle, and refuses any other name.
    private static func checkUnknown(_ name: String, _ value: String) throws(DriverError) {
        switch DockerEngineOptions.treatment(of: name, in: Key.place) {
        case .engine, .note: return
        case .refused(let why, let instead):
            throw .optionNotUsable(option: "\(name)=\(value)", why: why, instead: instead)
        case nil: break
        }
        let known = Key.allCases.map(\.rawValue)
        let nearest = DockerEngineOptions.nearestName(to: name, among: known, in: Key.place)
        // A container must start even if a newer engine passes more options to drivers.
        if nearest == nil, Key.place == .endpoint, DockerEngineOptions.contains(name) { return }
        throw .unknownOption(name: name, value: value, noun: Key.noun, nearest: nearest, known: known)
    }

    /// The value of an option, even if empty.
    func value(_ key: Key) -> String? { raw[key]?.value }

    /// The value of an option; nil if empty.
    subscript(key: Key) -> String? {
        guard let value = raw[key]?.value, !value.isEmpty else { return nil }
        return value
    }

    /// Returns the given options among `keys`, as the user wrote them.
    func assignments(_ keys: [Key]) -> [String] {
        keys.compactMap { key in raw[key].map { "\($0.name)=\($0.value)" } }
    }

    /// Reads a value that is one of several words.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: Key) throws(DriverError) -> Value? {
        guard let text = self[key] else { return nil }
        if let value = Value(rawValue: text) { return value }
        throw invalid(key, valid: Value.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// Reads an integer within bounds.
    func number<Value: FixedWidthInteger>(_ key: Key, in range: ClosedRange<Value>) throws(DriverError) -> Value? {
        guard let text = self[key] else { return nil }
        guard let value = Value(decimal: text), range.contains(value) else {
            throw invalid(key, valid: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Returns the error for an invalid value; `valid` lists the valid ones.
    func invalid(_ key: Key, valid: String) -> DriverError {
        .invalidOption(name: name(key), value: value(key) ?? "", valid: valid)
    }

    /// Returns the error for a well-formed value that cannot be used, with the reason and the remedy.
    func notUsable(_ key: Key, why: String, instead: String) -> DriverError {
        .optionNotUsable(option: "\(name(key))=\(value(key) ?? "")", why: why, instead: instead)
    }

    private func name(_ key: Key) -> String { raw[key]?.name ?? key.rawValue }
}

/// The values of an option that is on or off.
enum OnOff: String, CaseIterable {
    case on, off
}

extension DriverError {
    fileprivate static func unknownOption(
        name: String, value: String, noun: String, nearest: String?, known: [String]
    ) -> DriverError {
        let advice = nearest.map { "did you mean \($0)=\(value)?" } ?? "there are \(known.joined(separator: ", "))"
        return DriverError("\(name)=\(value): there is no \(noun) \"\(name)\"; \(advice)")
    }

    fileprivate static func invalidOption(name: String, value: String, valid: String) -> DriverError {
        DriverError("\(name)=\(value): \"\(value)\" is not valid here; use \(valid)")
    }

    /// Returns the error for a well-formed option that cannot be used, with the reason and the remedy.
    static func optionNotUsable(option: String, why: String, instead: String) -> DriverError {
        DriverError("\(option): \(why); \(instead)")
    }

    static func contradictingOptions(_ options: [String]) -> DriverError {
        DriverError("\(options.joined(separator: " and ")) contradict each other; give one of them")
    }
}
