import Glibc
import SystemCalls
import Testing

@Suite("UnixAddress")
struct UnixAddressTests {
    @Test("UnixAddress of a path ends with a zero and has the full size")
    func path() throws {
        let address = try #require(UnixAddress(path: "/run/a"))
        let (bytes, size) = contents(of: address)
        #expect(bytes.starts(with: "/run/a\0".utf8))
        #expect(size == MemoryLayout<sockaddr_un>.size)
    }

    @Test("UnixAddress of an abstract name begins with a zero and ends with the name")
    func abstract() throws {
        let address = try #require(UnixAddress(abstract: "swiftvlan"))
        let (bytes, size) = contents(of: address)
        #expect(bytes == Array("\0swiftvlan".utf8))
        #expect(size == 2 + bytes.count)
    }

    @Test("UnixAddress takes 107 bytes and no more, nor an empty path or name")
    func limits() {
        #expect(UnixAddress.lengthLimit == 107)
        let (longest, tooLong) = (String(repeating: "a", count: 107), String(repeating: "a", count: 108))
        #expect(UnixAddress(path: longest) != nil)
        #expect(UnixAddress(abstract: longest) != nil)
        for refused in ["", tooLong] {
            #expect(UnixAddress(path: refused) == nil)
            #expect(UnixAddress(abstract: refused) == nil)
        }
    }

    private func contents(of address: UnixAddress) -> (path: [UInt8], size: Int) {
        address.with { pointer, size in
            let bytes = Array(UnsafeRawBufferPointer(start: pointer, count: Int(size)))
            return (Array(bytes.dropFirst(MemoryLayout<sa_family_t>.size)), Int(size))
        }
    }
}
