import Glibc
package import SystemCalls

extension InternetAddress {
    /// The address 127.0.0.1 with the port that the kernel has chosen for a bound socket.
    package init?(boundOn socket: Int32) {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        guard result == 0 else { return nil }
        self.init("127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    }
}
