import NetworkTypes

// Options that only newer engines handle, and that every engine passes to drivers.

extension NetworkRequest {
    /// Refuses Docker options that this host's engine has not handled.
    ///
    /// The rest of the request shows what the engine did, so no version check is needed.
    func checkEngineOptions() throws(DriverError) {
        try checkFamily(.ipv4, option: "enable_ipv4")
        try checkFamily(.ipv6, option: "enable_ipv6")
        guard !engineAnnouncesAddresses else { return }
        for name in ["advertise_addr_ms", "advertise_addr_nmsgs"] {
            guard let option = option(name) else { continue }
            throw .optionNotUsable(
                option: option.text, why: "this Docker Engine does not know the option",
                instead: "leave it out or use Docker Engine 28.0 or newer")
        }
    }

    /// Checks an option that enables a family: the engine gives a network subnets of that family only if it is enabled.
    private func checkFamily(_ family: AddressFamily, option name: String) throws(DriverError) {
        guard let option = option(name) else { return }
        guard let isWanted = Self.parsedBool(option.value) else {
            throw .optionNotUsable(
                option: option.text, why: "\"\(option.value)\" is neither true nor false", instead: "use one of them")
        }
        guard isWanted != pools.contains(where: { $0.subnet.family == family }) else { return }
        let flag = "--" + family.rawValue.lowercased()
        throw .optionNotUsable(
            option: option.text, why: "this Docker Engine does not read the option",
            instead: "use `docker network create \(flag)\(isWanted ? "" : "=false")` or a newer engine")
    }

    private func option(_ name: String) -> (text: String, value: String)? {
        let name = DockerEngineOptions.prefix + name
        guard let value = options[name], !value.isEmpty else { return nil }
        return ("\(name)=\(value)", value)
    }

    /// Parses a boolean as the engine does (Go's `strconv.ParseBool`).
    private static func parsedBool(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
