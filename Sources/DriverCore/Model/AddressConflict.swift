package import NetworkTypes

/// An endpoint's address that another host of the LAN has too.
package struct AddressConflict: Hashable, Sendable {
    package let address: IPAddress
    /// The MAC address that the other host gave.
    package let macAddress: MACAddress

    package init(_ address: IPAddress, at macAddress: MACAddress) {
        self.address = address
        self.macAddress = macAddress
    }
}
