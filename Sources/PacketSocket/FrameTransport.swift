package import SystemCalls

/// Exchanges Ethernet frames with a link. Neither sending nor receiving blocks.
///
/// Tests replace the kernel here: all encoding and decoding runs for real in a test.
package protocol FrameTransport: ~Copyable {
    /// Readable when a frame or an error waits.
    var descriptor: Int32 { get }

    /// Sends a whole frame with this type in its header. Throws `EAGAIN` if the socket's buffer is full, `ENOBUFS` if the
    /// link's queue is, `EMSGSIZE` if the frame exceeds the link's MTU, and `ENETDOWN` if the link is down.
    ///
    /// A link without a carrier drops the frame, mostly without an error (`noop_enqueue` in net/sched/sch_generic.c), and
    /// throws `ENOBUFS` from some drivers.
    mutating func send(_ frame: [UInt8], type: EtherType) throws(SystemError)

    /// Returns the next waiting frame, or nil if there is none.
    mutating func receive() throws(SystemError) -> [UInt8]?
}

extension FrameTransport where Self: ~Copyable {
    /// Sends a frame.
    package mutating func send(_ frame: EthernetFrame) throws(SystemError) { try send(frame.bytes, type: frame.type) }

    /// Passes the waiting frames to the closure, at most `limit`, so that a flood cannot keep the caller busy. Returns how
    /// many were taken from the queue; if it is `limit`, more may wait.
    ///
    /// Malformed frames count, but are not passed on: hosts ignore them silently (RFC 4861 §7.1).
    @discardableResult
    package mutating func receive(limit: Int, _ body: (EthernetFrame) -> Void) throws(SystemError) -> Int {
        var count = 0
        while count < limit, let bytes = try receive() {
            count += 1
            if let frame = try? EthernetFrame(decoding: bytes) { body(frame) }
        }
        return count
    }
}
