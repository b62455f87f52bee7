import DriverCore
import NetworkTypes
import PacketSocket
import Synchronization
import TestSupport
import Testing

/// The time at which a test begins.
let start = ContinuousClock.now

/// Returns a link's index.
func index(_ number: Int32 = 7) throws -> InterfaceIndex { try #require(InterfaceIndex(number)) }

/// Returns a MAC address with this last octet.
func mac(_ last: UInt8) -> MACAddress { MACAddress(bits: 0x0242_AC11_0000 | UInt64(last)) }

/// Returns an IPv4 address, which must be valid.
func ipv4(_ text: String) throws -> IPv4Address { try #require(IPv4Address(text)) }

/// Returns an IPv6 address, which must be valid.
func ipv6(_ text: String) throws -> IPv6Address { try #require(IPv6Address(text)) }

/// Returns a time after the start of the tests.
func after(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

/// Returns a question about the addresses of an endpoint with the MAC address 1, sent from that address or another.
func question(
    _ addresses: String..., on link: InterfaceIndex? = nil, of macAddress: MACAddress? = nil,
    from sender: MACAddress = mac(1), timeout: Int = 300
) throws -> ConflictQuestion {
    let id = try #require(EndpointID(String(repeating: "e", count: 64)))
    return ConflictQuestion(
        about: id, at: macAddress ?? sender, on: try link ?? index(), from: sender,
        addresses: try addresses.map { try #require(IPAddress($0)) },
        timeout: .milliseconds(timeout))
}

/// Returns the answer that one of the addresses is at a MAC address.
func conflict(_ address: String, at macAddress: MACAddress) throws -> ConflictAnswer {
    .conflicts([AddressConflict(try #require(IPAddress(address)), at: macAddress)])
}

/// The answers that a question got, in order.
final class Answers: Sendable {
    private let created = ContinuousClock.now
    private let list = Mutex<[(answer: ConflictAnswer, delay: Duration)]>([])

    var all: [ConflictAnswer] { list.withLock { $0.map(\.answer) } }

    /// The time from the creation of this object to the first answer, in milliseconds.
    var delay: Double? { list.withLock { $0.first?.delay.milliseconds } }

    @Sendable func add(_ answer: ConflictAnswer) {
        let delay = created.duration(to: .now)
        list.withLock { $0.append((answer, delay)) }
    }
}
