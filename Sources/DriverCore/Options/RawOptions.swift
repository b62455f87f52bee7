import NetworkTypes

/// The names of a set of options.
protocol OptionKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// What these options are called in messages.
    static var noun: String { get }
    /// Where the user writes them.
    static var place: DockerEngineOptions.Place { get }
    /// Docker's own name for an option, where it has one that starts like those of the engine.
    var alias: String? { get }
}

/// Options as the user wrote them; each of them is known.
struct RawOptions<Key: OptionKey> {
    /// Each value, with the name under which it was given.
    private var raw: [Key: (name: String, value: String)] = [:]

    /// Every name must be a known one, or one of Docker's that the engine carries out.
    init(_ options: [String: String]) throws(DriverError) {
        // Sorted, so that of several mistakes always the same one is reported.
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

    /// Lets an option of Docker's pass that this driver need not carry out, and refuses any other.
    private static func checkUnknown(_ name: String, _ value: String) throws(DriverError) {
        switch DockerEngineOptions.treatment(of: name, in: Key.place) {
        case .engine, .note: return
        case .refused(let why, let instead):
            throw .optionNotUsable(option: "\(name)=\(value)", why: why, instead: instead)
        case nil: break
        }
        let known = Key.allCases.map(\.rawValue)
        let nearest = DockerEngineOptions.nearestName(to: name, among: known, in: Key.place)
        // A container must not fail because a newer engine passes more options to drivers.
        if nearest == nil, Key.place == .endpoint, DockerEngineOptions.contains(name) { return }
        throw .unknownOption(name: name, value: value, noun: Key.noun, nearest: nearest, known: known)
    }

    /// The value of an option, also when it is empty.
    func value(_ key: Key) -> String? { raw[key]?.value }

    /// The value of an option; an empty one counts as not given.
    subscript(key: Key) -> String? {
        guard let value = raw[key]?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The options as the user wrote them, those of the keys that were given.
    func assignments(_ keys: [Key]) -> [String] {
        keys.compactMap { key in raw[key].map { "\($0.name)=\($0.value)" } }
    }

    /// One of several words.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: Key) throws(DriverError) -> Value? {
        guard let text = self[key] else { return nil }
        if let value = Value(rawValue: text) { return value }
        throw invalid(key, valid: Value.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// A whole number within bounds.
    func number<Value: FixedWidthInteger>(_ key: Key, in range: ClosedRange<Value>) throws(DriverError) -> Value? {
        guard let text = self[key] else { return nil }
        guard let value = Value(decimal: text), range.contains(value) else {
            throw invalid(key, valid: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The error for a value that cannot be read, with what would be valid.
    func invalid(_ key: Key, valid: String) -> DriverError {
        .invalidOption(name: name(key), value: value(key) ?? "", valid: valid)
    }

    /// The error for a value that is well formed and cannot be used, with the reason and the way out.
    func notUsable(_ key: Key, why: String, instead: String) -> DriverError {
        .optionNotUsable(option: "\(name(key))=\(value(key) ?? "")", why: why, instead: instead)
    }

    private func name(_ key: Key) -> String { raw[key]?.name ?? key.rawValue }
}

/// Yes or no, as options say it.
enum OnOff: String, CaseIterable {
    case on, off
}

extension DriverError {
    fileprivate static func unknownOption(
        name: String, value: String, noun: String, nearest: String?, known: [String]
    ) -> DriverError {
        let advice =
            nearest.map { "did you mean \($0)=\(value)?" } ?? "the options are \(known.joined(separator: ", "))"
        return DriverError("\(name)=\(value): there is no \(noun) \"\(name)\"; \(advice)")
    }

    fileprivate static func invalidOption(name: String, value: String, valid: String) -> DriverError {
        DriverError("\(name)=\(value): \"\(value)\" is not valid here; use \(valid)")
    }

    /// The error for an option that is well formed and cannot be used, with the reason and the way out.
    static func optionNotUsable(option: String, why: String, instead: String) -> DriverError {
        DriverError("\(option): \(why); \(instead)")
    }

    static func contradictingOptions(_ options: [String]) -> DriverError {
        DriverError("\(options.joined(separator: " and ")) contradict each other; give only one of them")
    }
}
