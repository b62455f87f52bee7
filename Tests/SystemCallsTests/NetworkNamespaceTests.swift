import Glibc
import SystemCalls
import TestSupport
import Testing

@Suite("Network namespace numbers", .enabled(if: geteuid() == 0, "needs root"))
struct NetworkNamespaceTests {
    @Test("Each network namespace has its own constant number")
    func cookies() async throws {
        try await onOwnThread {
            let here = NetworkNamespace.cookie
            // Before Linux 5.14 the number is 0 for all.
            guard here != 0 else { return }
            #expect(NetworkNamespace.cookie == here)
            let others = try (0..<2).map { _ in try OpenNetworkNamespace().within { NetworkNamespace.cookie } }
            #expect(Set(others + [here]).count == 3)
        }
    }
}
