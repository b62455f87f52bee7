package import DriverCore
package import RemoteDriver

extension Driver {
    /// Decodes a call from Docker and carries it out.
    package mutating func result(path: String, body: [UInt8]) -> CallResult {
        switch CallTable.decode(path: path, body: body) {
        case .answered(let result): result
        case .driver(let call): call.carryOut(&self)
        }
    }
}
