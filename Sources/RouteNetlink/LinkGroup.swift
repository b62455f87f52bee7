/// A number that links can be given so that they can be named together; the kernel attaches no other meaning to it.
package struct LinkGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The group that every link is in when it is made (`INIT_NETDEV_GROUP` in linux/netdevice.h).
    package static let `default` = LinkGroup(rawValue: 0)
}
