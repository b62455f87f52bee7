import DriverCore
import StateStore

/// Inputs that are record files.
enum RecordInput {
    /// Returns whether the input is the record of a network or endpoint. A record must be unchanged after it is written and
    /// read again.
    static func isRecord(_ input: [UInt8]) -> Bool {
        let formats = RecordFormats.all
        let network = try? formats.network(from: input)
        if let network {
            let again = try? formats.network(from: formats.bytes(of: network))
            precondition(again == network, "the network is stored differently")
        }
        let endpoint = try? formats.endpoint(from: input)
        if let endpoint {
            let again = try? formats.endpoint(from: formats.bytes(of: endpoint))
            precondition(again == endpoint, "the endpoint is stored differently")
        }
        return network != nil || endpoint != nil
    }
}
