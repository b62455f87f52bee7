import CallTestKit
import ControlAPI
import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("The page of a daemon", .serialized)
struct PageTests {
    @Test("The page shows what the daemon's status says, and a new network within two seconds, without a reload")
    func follows() async throws {
        try await PageHost.with { host, browser in
            try host.createNetwork("a1", parent: "lan0", subnet: "192.0.2.0/24")
            try host.createEndpoint("e1", in: "a1", address: "192.0.2.5/24")
            try host.createNetwork("b2", parent: "gone0", subnet: "198.51.100.0/24")
            try host.run("ip", "link", "delete", "gone0")
            #expect(
                try eventually(within: 60) { try host.status().networks.contains { $0.state.name == .waiting } })

            try browser.open(host.address)
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 2")
            #expect(try ShownPage(of: browser) == ShownPage(for: try host.status()))
            #expect(try ShownPage(of: browser).networks.map(\.state) == ["ok", "waiting for gone0"])
            try browser.wait(for: "document.getElementById('topology').naturalWidth > 0")

            _ = try browser.value("window.marker = 'same page'", as: String.self)
            let start = ContinuousClock.now
            try host.createNetwork("c3", parent: "lan1", subnet: "203.0.113.0/24")
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 3")
            let elapsed = ContinuousClock.now - start
            #expect(elapsed < .seconds(2), "the page shows a new network")
            #expect(try browser.value("window.marker", as: String.self) == "same page")
            #expect(try ShownPage(of: browser) == ShownPage(for: try host.status()))
            #expect(browser.complaints == [])
        }
    }

    @Test("The name of a link is shown as text, and the page requests nothing from another server")
    func names() async throws {
        try await PageHost.with { host, browser in
            try host.createNetwork("a1", parent: "<script>", subnet: "192.0.2.0/24")
            try host.createNetwork("b2", parent: "<img/onerror".replacing("/", with: "&"), subnet: "198.51.100.0/24")
            try browser.open(host.address)
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 2")
            try browser.wait(for: "document.getElementById('topology').naturalWidth > 0")
            #expect(Set(try ShownPage(of: browser).networks.map(\.parent)) == ["<script>", "<img&onerror"])
            #expect(try browser.value("document.querySelectorAll('script').length", as: Int.self) == 1)
            #expect(try browser.value("document.querySelectorAll('img').length", as: Int.self) == 1)
            #expect(browser.complaints == [])
            #expect(browser.requested.count >= 5)
            #expect(browser.requested.allSatisfy { $0.hasPrefix(host.address) }, "\(browser.requested)")
        }
    }

    @Test("The page says that the daemon does not answer, keeps what it showed, and goes on with the next daemon")
    func restart() async throws {
        try await PageHost.with { host, browser in
            try host.createNetwork("a1", parent: "lan0", subnet: "192.0.2.0/24")
            try browser.open(host.address)
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 1")
            #expect(try browser.value("document.getElementById('banner').hidden", as: Bool.self))
            try host.stop()
            try browser.wait(for: "!document.getElementById('banner').hidden")
            #expect(try browser.value("document.querySelectorAll('#rows > tr').length", as: Int.self) == 1)
            try host.start()
            try browser.wait(for: "document.getElementById('banner').hidden")
            try host.createNetwork("c3", parent: "lan1", subnet: "203.0.113.0/24")
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 2")
        }
    }
}
