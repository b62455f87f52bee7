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

    init(_ endpoint: Endpoint) {
        id = endpoint.id.text
        network = endpoint.networkID.text
        addresses = endpoint.addresses.map(\.description)
        mac = endpoint.macAddress?.description
        settings = SettingsRecordV1(endpoint.settings)
        joined = endpoint.hasJoined
        sandbox = endpoint.sandbox
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
            sandbox: sandbox)
    }
}
