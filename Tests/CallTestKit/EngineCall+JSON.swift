extension EngineCall {
    /// The path to which Docker posts the call.
    package var path: String { "/NetworkDriver.\(kind.rawValue)" }

    /// The body that Docker 20.10 posts for the call.
    package var body: String {
        switch kind {
        case .createNetwork: networkBody
        case .deleteNetwork: object(["NetworkID": quoted(network)])
        case .createEndpoint: endpointBody
        case .join:
            object([
                "NetworkID": quoted(network), "EndpointID": quoted(endpoint),
                "SandboxKey": quoted("/var/run/docker/netns/\(endpoint.prefix(12))"), "Options": "{}",
            ])
        case .leave, .operInfo, .deleteEndpoint:
            object(["NetworkID": quoted(network), "EndpointID": quoted(endpoint)])
        }
    }

    private var networkBody: String {
        let pools = pools.enumerated().map { number, pool in
            let gateway = pool.gateway.map { #""Gateway":\#(quoted($0)),"# } ?? ""
            let others = #""AuxAddresses":\#(texts(number == 0 ? auxiliaryAddresses : [:]))"#
            return #"{"AddressSpace":"LocalDefault","Pool":\#(quoted(pool.subnet)),\#(gateway)\#(others)}"#
        }
        let options = object([
            "com.docker.network.enable_ipv6": "false", "com.docker.network.generic": texts(options),
            "com.docker.network.internal": "\(isInternal)",
        ])
        let list = "[\(pools.joined(separator: ","))]"
        return object(["NetworkID": quoted(network), "Options": options, "IPv4Data": list, "IPv6Data": "[]"])
    }

    private var endpointBody: String {
        let interface = object([
            "Address": quoted(addresses.first { !$0.contains(":") } ?? ""),
            "AddressIPv6": quoted(addresses.first { $0.contains(":") } ?? ""), "MacAddress": quoted(macAddress),
        ])
        return object([
            "NetworkID": quoted(network), "EndpointID": quoted(endpoint),
            "Interface": addresses.isEmpty ? "null" : interface, "Options": texts(options),
        ])
    }
}

private func texts(_ values: [String: String]) -> String {
    let members = values.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    return "{\(members.joined(separator: ","))}"
}

/// Returns a JSON object with members in JSON.
private func object(_ members: KeyValuePairs<String, String>) -> String {
    "{\(members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
}

/// Returns a JSON string.
private func quoted(_ text: String) -> String {
    let parts = text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{0}"..."\u{1F}": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
    }
    return "\"" + parts.joined() + "\""
}
