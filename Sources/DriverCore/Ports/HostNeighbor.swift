package import NetworkTypes

/// An entry of swiftvlan in the host's neighbor table: a container's MAC address on a shim.
///
/// It is permanent and has swiftvlan's protocol number, so that the host never asks for the address on the shim.
package struct HostNeighbor: Hashable, Sendable {
    package var linkIndex: InterfaceIndex
    package var address: IPAddress
    package var macAddress: MACAddress

    package init(_ address: IPAddress, at macAddress: MACAddress, on linkIndex: InterfaceIndex) {
        self.linkIndex = linkIndex
        self.address = address
        self.macAddress = macAddress
    }
}
