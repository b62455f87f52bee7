import Glibc
import SystemCalls
import TestSupport
import Testing

@Suite("The number of a network namespace", .enabled(if: geteuid() == 0, "needs root"))
struct NetworkNamespaceTests {
    @Test("Each network namespace has a number of its own, which stays")
    func cookies() async throws {
        try await onOwnThread {
            let here = NetworkNamespace.cookie
            // 0 for all before Linux 5.14.
            guard here != 0 else { return }
            #expect(NetworkNamespace.cookie == here)
            let others = try (0..<2).map { _ in try OpenNetworkNamespace().within { NetworkNamespace.cookie } }
            #expect(Set(others + [here]).count == 3)
        }
    }
}
