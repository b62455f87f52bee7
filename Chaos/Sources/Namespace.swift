import CTestSupport
import Glibc
import Netlink
import RouteNetlink
import ServerTestKit

/// A network namespace beside that of the harness: a container. It is there as long as this object, and so are the links
/// in it.
final class Namespace: Sendable {
    let descriptor: Int32

    /// Makes one; the calling thread stays in its own.
    init() throws {
        let home = try Self.current()
        defer { close(home) }
        guard enter_new_network_namespace() == 0 else { throw CallError(call: "unshare(CLONE_NEWNET)") }
        let made = Result { try Self.current() }
        guard enter_network_namespace(home) == 0 else { throw CallError(call: "setns") }
        descriptor = try made.get()
    }

    deinit {
        close(descriptor)
    }

    /// Has the calling thread, and whatever it starts, live in a new namespace from now on.
    static func enterNew() throws {
        guard enter_new_network_namespace() == 0 else { throw CallError(call: "unshare(CLONE_NEWNET)") }
    }

    /// Asks the kernel within this namespace.
    func within<Value>(_ body: (inout RouteClient<NetlinkSocket>) throws -> Value) throws -> Value {
        let home = try Self.current()
        defer { close(home) }
        guard enter_network_namespace(descriptor) == 0 else { throw CallError(call: "setns") }
        var client = RouteClient()
        let result = Result { try body(&client) }
        guard enter_network_namespace(home) == 0 else { throw CallError(call: "setns") }
        return try result.get()
    }

    /// Opens the calling thread's namespace.
    static func current() throws -> Int32 {
        let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CallError(call: "open(/proc/thread-self/ns/net)") }
        return descriptor
    }
}
