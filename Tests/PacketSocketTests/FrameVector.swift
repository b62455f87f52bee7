import NetworkTypes
import PacketSocket
import TestSupport
import Testing

/// A captured frame of `arping` or the kernel. `Vectors/capture` captures them.
struct FrameVector {
    let bytes: [UInt8]

    init(_ name: String) throws {
        let lines = try readTextFile("\(Self.directory)/\(name).hex").split(separator: "\n")
        bytes = hex(lines.filter { !$0.hasPrefix("#") }.joined())
    }

    /// Returns the names of all vectors.
    static func names() throws -> [String] {
        try namesInDirectory(directory).filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
    }

    private static let directory = "\(#filePath.dropLast("FrameVector.swift".count))Vectors"
}

/// Returns a MAC address that ends with this byte, like those of the capture.
func mac(_ last: UInt8) -> MACAddress { MACAddress(bits: 0x0242_AC11_0000 | UInt64(last)) }

/// Returns the IPv4 address 10.0.0.x.
func ipv4(_ last: UInt8) -> IPv4Address { IPv4Address(bits: 0x0A00_0000 | UInt32(last)) }

/// Returns the IPv6 address of this text, which must be valid.
func ipv6(_ text: String) throws -> IPv6Address { try #require(IPv6Address(text)) }
