import CMNL
import Netlink
import NetlinkTestKit
import Synchronization
import SystemCalls
import TestSupport

/// Returns a connection to a scripted kernel.
func connect(to kernel: KernelScript) -> NetlinkConnection<ScriptedTransport> {
    NetlinkConnection { () throws(SystemError) in kernel.open() }
}

/// Returns a request, whose contents do not matter.
func request() -> MessageBuilder { MessageBuilder(type: 18, flags: 0x300) }

/// Returns the message of a link that has only an index.
func link(_ index: Int32, _ sequence: UInt32, interrupted: Bool = false) -> [UInt8] {
    wireMessage(
        type: 16, flags: 2 | (interrupted ? 0x10 : 0), sequence: sequence,
        bytes(of: ifinfomsg(ifi_family: 0, __ifi_pad: 0, ifi_type: 1, ifi_index: index, ifi_flags: 0, ifi_change: 0)))
}

/// Returns the message that ends a dump.
func done(_ sequence: UInt32, errno: Int32 = 0, attributes: [UInt8] = [], interrupted: Bool = false) -> [UInt8] {
    wireMessage(
        type: 3, flags: 2 | (interrupted ? 0x10 : 0) | (attributes.isEmpty ? 0 : 0x200), sequence: sequence,
        bytes(of: -errno) + attributes)
}

/// Returns the acknowledgement of a request that is not a dump.
func acknowledgement(_ sequence: UInt32, errno: Int32 = 0, attributes: [UInt8] = []) -> [UInt8] {
    wireAcknowledgement(
        errno: errno, request: request().message(sequence: sequence), attributes: attributes, sequence: sequence)
}

/// Dumps the indexes of all links.
func indexes(_ connection: inout NetlinkConnection<ScriptedTransport>) throws(NetlinkError) -> [Int32] {
    try connection.dump(request()) { (message) throws(DecodingError) in
        try message.header(as: ifinfomsg.self).ifi_index
    }
}

/// Reads the index of a link, only to see whether that fails.
func readIndex(_ message: borrowing Message) throws(DecodingError) {
    _ = try message.header(as: ifinfomsg.self)
}

/// A condition that becomes true after a number of calls.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(from count: Int) { left = Mutex(count) }

    var isOver: Bool {
        left.withLock { left in
            left -= 1
            return left < 0
        }
    }
}
