package import Glibc

/// The address of a Unix socket: a path, or an abstract name (unix(7)).
package struct UnixAddress: Sendable {
    /// The maximum length of a path or name in bytes: `sun_path` also holds a terminating or leading zero.
    package static let lengthLimit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private var address = sockaddr_un()
    private let size: Int

    /// Creates the address of a path; returns nil if the path is empty or too long.
    package init?(path: String) { self.init(Array(path.utf8), from: 0, size: MemoryLayout<sockaddr_un>.size) }

    /// Creates the address of an abstract name; returns nil if the name is empty or too long.
    package init?(abstract name: String) {
        // The name has a leading zero and no terminating one: it ends where the address does.
        self.init(Array(name.utf8), from: 1, size: MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
    }

    private init?(_ bytes: [UInt8], from start: Int, size: Int) {
        guard !bytes.isEmpty, bytes.count <= Self.lengthLimit else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        self.size = size
        withUnsafeMutableBytes(of: &address.sun_path) { $0[start...].copyBytes(from: bytes) }
    }

    /// Passes the address to a C function.
    package func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }
}
