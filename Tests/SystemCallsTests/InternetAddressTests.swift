import Glibc
import SystemCalls
import Testing

@Suite("TCP addresses")
struct InternetAddressTests {
    @Test(
        "InternetAddress reads IPv4 and IPv6 addresses with a port, and writes them in the shortest form",
        arguments: [
            ("127.0.0.1:9469", "127.0.0.1:9469"), ("0.0.0.0:1", "0.0.0.0:1"), ("[::1]:65535", "[::1]:65535"),
            ("[2001:DB8:0:0::1]:80", "[2001:db8::1]:80"), ("[::]:0", "[::]:0"),
        ])
    func forms(_ text: String, _ shortest: String) throws {
        let address = try #require(InternetAddress(text))
        #expect("\(address)" == shortest)
        #expect(address == InternetAddress(shortest))
    }

    @Test(
        "InternetAddress refuses everything else",
        arguments: [
            "", ":", "9469", ":9469", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:65536",
            "127.1:80", "localhost:80", "::1:80", "[::1]", "[127.0.0.1]:80", "[fe80::1%eth0]:80", " 127.0.0.1:80",
            "127.0.0.1:80 ", "127.0.0.1\u{0}:80", "127.0.0.1:٣",
        ])
    func refused(_ text: String) { #expect(InternetAddress(text) == nil) }

    @Test("InternetAddress knows the addresses that only this host can reach")
    func loopback() {
        let isLoopback = ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[::2]:1"]
            .map { InternetAddress($0)?.isLoopback }
        #expect(isLoopback == [true, true, true, false, false, false, false])
    }

    @Test("InternetAddress has the kernel's form")
    func kernelForm() throws {
        let v4 = try #require(InternetAddress("192.0.2.1:258")).with { bytes, size in
            Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)).dropFirst(2).prefix(6))
        }
        #expect(v4 == [1, 2, 192, 0, 2, 1])
        let v6 = try #require(InternetAddress("[2001:db8::1]:258")).with { bytes, size in
            Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)).dropFirst(2))
        }
        #expect(v6 == [1, 2, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1, 0, 0, 0, 0])
    }
}
