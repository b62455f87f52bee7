import DriverCore
import NetworkTypes

/// An endpoint in format 1.
struct EndpointRecordV1: RecordContent {
    private let id: String
    private let network: String
    private let addresses: [String]
    /// Absent for ipvlan.
    private let mac: String?
    private let settings: SettingsRecordV1
    private let joined: Bool
    /// Absent before the endpoint joins.
    private let sandbox: String?
    /// Absent if no other host has reported one.
    private let conflicts: [Conflict]?

    private struct Conflict: Codable {
        let address: String
        let mac: String
    }

    init(_ endpoint: Endpoint) {
        id = endpoint.id.text
        network = endpoint.networkID.text
        addresses = endpoint.addresses.map(\.description)
        mac = endpoint.macAddress?.description
        settings = SettingsRecordV1(endpoint.settings)
        joined = endpoint.hasJoined
        sandbox = endpoint.sandbox
        conflicts =
            endpoint.conflicts.isEmpty
            ? nil
            : endpoint.conflicts.map { Conflict(address: $0.address.description, mac: $0.macAddress.description) }
    }

    func model() throws(RecordError) -> Endpoint {
        Endpoint(
            id: try RecordText.read(id, "an endpoint identifier", EndpointID.init),
            networkID: try RecordText.read(network, "a network identifier", NetworkID.init),
            addresses: try addresses.map { (text) throws(RecordError) in
                try RecordText.read(text, "an address with a prefix length", IPPrefix.init)
            },
            macAddress: try RecordText.readIfPresent(mac, "a MAC address", MACAddress.init),
            settings: try settings.model(),
            hasJoined: joined,
            sandbox: sandbox,
            conflicts: try (conflicts ?? []).map { (conflict) throws(RecordError) in
                AddressConflict(
                    try RecordText.read(conflict.address, "an address", IPAddress.init),
                    at: try RecordText.read(conflict.mac, "a MAC address", MACAddress.init))
            })
    }
}
