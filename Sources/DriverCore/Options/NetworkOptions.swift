import NetworkTypes

/// The options of `docker network create -o key=value`, read and checked as far as that is possible without looking
/// at the host.
package struct NetworkOptions: Hashable, Sendable {
    package let attachment: Attachment
    /// The parent's name as the user wrote it; nil for an isolated network.
    package let parent: String?

    /// The options of this driver, in the order in which messages list them.
    private enum Key: String, CaseIterable {
        case parent, mode
        case macvlanMode = "macvlan_mode"
        case ipvlanMode = "ipvlan_mode"
        case ipvlanFlag = "ipvlan_flag"
    }

    /// Reads the options; every key must be known and every value valid.
    package init(_ options: [String: String]) throws(DriverError) {
        var values: [Key: String] = [:]
        // Sorted, so that of several mistakes always the same one is reported.
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            guard let key = Key(rawValue: name) else {
                if EngineOptions.contains(name) { continue }
                let known = Key.allCases.map(\.rawValue)
                throw .unknownOption(name: name, value: value, nearest: nearest(to: name, among: known), known: known)
            }
            values[key] = value
        }
        attachment = try Self.attachment(values)
        guard values[.parent]?.isEmpty != true else { throw .emptyParent }
        parent = values[.parent]
    }

    /// The kind and mode of three options that may each say it, or parts of it; they must not contradict.
    private static func attachment(_ values: [Key: String]) throws(DriverError) -> Attachment {
        let macvlanMode: MacvlanMode? = try choice(.macvlanMode, values)
        let ipvlanMode: IPvlanMode? = try choice(.ipvlanMode, values)
        let flag: IPvlanFlag? = try choice(.ipvlanFlag, values)
        let mode = try mode(values)

        let macvlan = [mode?.macvlan, macvlanMode].compactMap { $0 }
        let ipvlan = [mode?.ipvlan, ipvlanMode].compactMap { $0 }
        let saysIPvlan = !ipvlan.isEmpty || flag != nil
        let contradicts = (!macvlan.isEmpty && saysIPvlan) || Set(macvlan).count > 1 || Set(ipvlan).count > 1
        guard !contradicts else {
            let given = [Key.mode, .macvlanMode, .ipvlanMode, .ipvlanFlag]
            throw .contradictingOptions(given.compactMap { key in values[key].map { "\(key.rawValue)=\($0)" } })
        }
        return saysIPvlan ? .ipvlan(ipvlan.first ?? .l2, flag ?? .bridge) : .macvlan(macvlan.first ?? .bridge)
    }

    /// The option `mode`, whose one word chooses kind and mode.
    private static func mode(
        _ values: [Key: String]
    ) throws(DriverError) -> (macvlan: MacvlanMode?, ipvlan: IPvlanMode?)? {
        guard let value = values[.mode], !value.isEmpty else { return nil }
        if let mode = MacvlanMode(rawValue: value) { return (mode, nil) }
        if let mode = IPvlanMode(rawValue: value) { return (nil, mode) }
        let macvlan = MacvlanMode.allCases.map(\.rawValue).joined(separator: ", ")
        let ipvlan = IPvlanMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidOption(
            name: Key.mode.rawValue, value: value, valid: "\(macvlan) (macvlan) or \(ipvlan) (ipvlan)")
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: Key,
        _ values: [Key: String]
    ) throws(DriverError) -> Value? {
        guard let text = values[key], !text.isEmpty else { return nil }
        if let value = Value(rawValue: text) { return value }
        let valid = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidOption(name: key.rawValue, value: text, valid: valid)
    }
}
