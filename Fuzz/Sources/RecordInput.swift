import DriverCore
import StateStore

/// Inputs that are files of the store's.
enum RecordInput {
    /// Whether the input is a network's record or an endpoint's; what was read of one is written and read again the same.
    static func isRecord(_ input: [UInt8]) -> Bool {
        let formats = RecordFormats.all
        let network = try? formats.network(from: input)
        if let network {
            let again = try? formats.network(from: formats.bytes(of: network))
            precondition(again == network, "the network changes by being stored")
        }
        let endpoint = try? formats.endpoint(from: input)
        if let endpoint {
            let again = try? formats.endpoint(from: formats.bytes(of: endpoint))
            precondition(again == endpoint, "the endpoint changes by being stored")
        }
        return network != nil || endpoint != nil
    }
}
