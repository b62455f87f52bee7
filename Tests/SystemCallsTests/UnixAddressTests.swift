import Glibc
import SystemCalls
import Testing

@Suite("Unix socket addresses")
struct UnixAddressTests {
    @Test("UnixAddress has a zero byte after a path, or before an abstract name")
    func forms() throws {
        let path = contents(of: try #require(UnixAddress(path: "/run/a")))
        #expect(path.starts(with: "/run/a\0".utf8))
        #expect(path.count == MemoryLayout.size(ofValue: sockaddr_un().sun_path))
        #expect(contents(of: try #require(UnixAddress(abstract: "swiftvlan"))) == Array("\0swiftvlan".utf8))
    }

    @Test("UnixAddress accepts 1 to 107 bytes of path or name")
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

    /// The bytes after the family.
    private func contents(of address: UnixAddress) -> [UInt8] {
        address.with {
            Array(UnsafeRawBufferPointer(start: $0, count: Int($1)).dropFirst(MemoryLayout<sa_family_t>.size))
        }
    }
}
