/// Datagrams of bytes to and from the kernel: the seam at which tests take the kernel's place.
///
/// Everything above it, from the first length field on, runs for real in a test.
package protocol DatagramTransport: ~Copyable {
    /// Sends one datagram, whole; blocks while the kernel carries out what it asks.
    mutating func send(_ datagram: [UInt8]) throws(SystemError)

    /// Receives one datagram, whole, however long it is; blocks up to the transport's time limit, which shows as
    /// `EAGAIN`.
    mutating func receive() throws(SystemError) -> [UInt8]
}
