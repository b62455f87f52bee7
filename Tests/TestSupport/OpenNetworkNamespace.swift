import CTestSupport
import Glibc

/// A network namespace, kept open: it and its links exist at least as long as this object.
package final class OpenNetworkNamespace: Sendable {
    /// The descriptor with which links are moved into the namespace.
    package let descriptor: Int32

    /// Creates a namespace with a loopback link, which is down. The calling thread stays in its own.
    package convenience init() throws {
        let home = try OpenNetworkNamespace.current()
        try Self.enterNew()
        let new = Result { try Self.openCurrent() }
        try home.enter()
        try self.init(descriptor: new.get())
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The namespace of the calling thread.
    package static func current() throws -> OpenNetworkNamespace { OpenNetworkNamespace(descriptor: try openCurrent()) }

    /// Moves the calling thread, and the programs and threads that it starts from now on, into a new namespace. Sockets
    /// stay in the namespace in which they were opened.
    package static func enterNew() throws {
        guard enter_new_network_namespace() == 0 else { throw CallError(call: "unshare(CLONE_NEWNET)") }
    }

    /// Runs the body in this namespace, on the calling thread.
    package func within<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
        let home = try Self.current()
        try enter()
        let result = Result { try body() }
        try home.enter()
        return try result.get()
    }

    private func enter() throws {
        guard enter_network_namespace(descriptor) == 0 else { throw CallError(call: "setns") }
    }

    private static func openCurrent() throws -> Int32 {
        let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CallError(call: "open(/proc/thread-self/ns/net)") }
        return descriptor
    }
}
