import CMNL

/// The flags of an address: `IFA_F_…` (linux/if_addr.h).
package struct AddressFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The kernel skips duplicate address detection, which exists only for IPv6.
    package static let noDuplicateDetection = AddressFlags(rawValue: UInt32(IFA_F_NODAD))
    /// The kernel adds no route to the address's prefix.
    package static let noPrefixRoute = AddressFlags(rawValue: UInt32(IFA_F_NOPREFIXROUTE))
    /// An IPv6 privacy address that the kernel generated. IPv4 uses the same bit for secondary addresses.
    package static let temporary = AddressFlags(rawValue: UInt32(IFA_F_TEMPORARY))
    /// An IPv6 address for which the kernel may generate temporary ones. The kernel sets this flag on its addresses
    /// from router advertisements, even if it generates no temporary ones (`addrconf_prefix_rcv_add_addr` in
    /// net/ipv6/addrconf.c).
    package static let managesTemporary = AddressFlags(rawValue: UInt32(IFA_F_MANAGETEMPADDR))
    /// An IPv6 address that cannot be used yet, because the kernel checks it for duplicates, or at all, because it found
    /// one.
    package static let tentative = AddressFlags(rawValue: UInt32(IFA_F_TENTATIVE))
    /// An IPv6 address that another host has too.
    package static let duplicate = AddressFlags(rawValue: UInt32(IFA_F_DADFAILED))
    /// An address whose preferred lifetime is over; only existing connections use it.
    package static let deprecated = AddressFlags(rawValue: UInt32(IFA_F_DEPRECATED))
    /// An address with an unlimited lifetime.
    package static let permanent = AddressFlags(rawValue: UInt32(IFA_F_PERMANENT))
}

/// The origin of an address: `IFAPROT_…` (linux/if_addr.h). Programs may use their own numbers.
package struct AddressOrigin: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let unspecified = AddressOrigin(rawValue: UInt8(IFAPROT_UNSPEC))
    /// The kernel's origins: the loopback address, addresses from router advertisements, and link-local addresses.
    package static let kernel: Set<AddressOrigin> = [
        AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_LO)), AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_RA)),
        AddressOrigin(rawValue: UInt8(IFAPROT_KERNEL_LL)),
    ]
}
