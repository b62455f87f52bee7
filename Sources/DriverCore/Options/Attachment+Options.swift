import NetworkTypes

extension Attachment {
    /// Reads the kind and mode from the options that can give them; they must not contradict each other.
    init(_ raw: RawOptions<NetworkOptions.Key>) throws(DriverError) {
        let macvlanMode: MacvlanMode? = try raw.choice(.macvlanMode)
        let ipvlanMode: IPvlanMode? = try raw.choice(.ipvlanMode)
        let flag: IPvlanFlag? = try raw.choice(.ipvlanFlag)
        let mode = try Self.mode(raw)

        let macvlan = [mode?.macvlan, macvlanMode].compactMap { $0 }
        let ipvlan = [mode?.ipvlan, ipvlanMode].compactMap { $0 }
        let isIPvlan = !ipvlan.isEmpty || flag != nil
        let contradicts = (!macvlan.isEmpty && isIPvlan) || Set(macvlan).count > 1 || Set(ipvlan).count > 1
        guard !contradicts else {
            throw .contradictingOptions(raw.assignments([.mode, .macvlanMode, .ipvlanMode, .ipvlanFlag]))
        }
        self = isIPvlan ? .ipvlan(ipvlan.first ?? .l2, flag ?? .bridge) : .macvlan(macvlan.first ?? .bridge)
    }

    /// Reads the option `mode`, whose one word sets both kind and mode.
    private static func mode(
        _ raw: RawOptions<NetworkOptions.Key>
    ) throws(DriverError) -> (macvlan: MacvlanMode?, ipvlan: IPvlanMode?)? {
        guard let value = raw[.mode] else { return nil }
        if let mode = MacvlanMode(rawValue: value) { return (mode, nil) }
        if let mode = IPvlanMode(rawValue: value) { return (nil, mode) }
        let macvlan = MacvlanMode.allCases.map(\.rawValue).joined(separator: ", ")
        let ipvlan = IPvlanMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw raw.invalid(.mode, valid: "\(macvlan) (macvlan) or \(ipvlan) (ipvlan)")
    }
}
