package import NetworkTypes

/// The statement to a LAN that an endpoint's link has these addresses.
package struct Announcement: Hashable, Sendable {
    /// The parent, on which it is sent.
    package let link: InterfaceIndex
    package let macAddress: MACAddress
    package let addresses: [IPAddress]

    package init(of addresses: [IPAddress], at macAddress: MACAddress, on link: InterfaceIndex) {
        self.link = link
        self.macAddress = macAddress
        self.addresses = addresses
    }
}
