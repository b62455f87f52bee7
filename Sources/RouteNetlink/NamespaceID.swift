/// The number by which one network namespace knows another (ip-netns(8), `ip netns list-id`).
///
/// The kernel gives another namespace a number when a link is moved to it, or a link is told of that has its lower end
/// there. All numbers in requests and answers are those of the namespace of the connection that asks.
package struct NamespaceID: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}
