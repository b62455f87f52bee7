import CMNL

/// What the kernel makes of an address, and skips for it: `IFA_F_…` (linux/if_addr.h).
package struct AddressFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No duplicate address detection on the LAN, which exists for IPv6 only.
    package static let noDuplicateDetection = AddressFlags(rawValue: UInt32(IFA_F_NODAD))
    /// No route to the address's prefix.
    package static let noPrefixRoute = AddressFlags(rawValue: UInt32(IFA_F_NOPREFIXROUTE))
    /// An IPv6 address that the kernel made for the sake of privacy. IPv4 has the same bit for secondary addresses.
    package static let temporary = AddressFlags(rawValue: UInt32(IFA_F_TEMPORARY))
    /// An IPv6 address that temporary ones are made beside: the kernel's own from a router's announcement is one, whether
    /// it makes such or not (`addrconf_prefix_rcv_add_addr` in net/ipv6/addrconf.c).
    package static let managesTemporary = AddressFlags(rawValue: UInt32(IFA_F_MANAGETEMPADDR))
    /// An address without an end.
    package static let permanent = AddressFlags(rawValue: UInt32(IFA_F_PERMANENT))
}

/// Who added an address: `IFAPROT_…` (linux/if_addr.h). Programs may have numbers of their own.
package struct AddressOrigin: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let unspecified = AddressOrigin(rawValue: UInt8(IFAPROT_UNSPEC))
    /// The kernel: the loopback's own address, one from a router's announcement, and a link-local one.
    package static let kernel: Set<AddressOrigin> = [
        AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_LO)), AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_RA)),
        AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_LL)),
    ]
}
