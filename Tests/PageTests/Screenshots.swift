import ControlAPI
import Glibc
import TestSupport
import Testing

@Suite("Screenshots", .serialized)
struct Screenshots {
    private static let directory = getenv("SWIFTVLAN_SCREENSHOTS").map { String(cString: $0) }

    @Test("Pictures of the page and of the topology are written", .enabled(if: directory != nil))
    func write() async throws {
        let directory = try #require(Self.directory)
        try await FixedPage.with(Example.document, events: Example.events) { page, browser in
            for (name, width, height, isDark) in [
                ("page", 1200, 1740, false), ("page-dark", 1200, 1740, true), ("phone", 360, 1600, false),
                ("phone-dark", 360, 1600, true),
            ] {
                try browser.show(width: width, height: height, isDark: isDark, scale: 2, isPhone: width < 500)
                try browser.open(page.address)
                try browser.wait(for: "document.querySelectorAll('#events li').length > 0")
                try browser.wait(for: "document.getElementById('topology').naturalWidth > 0")
                try browser.screenshot(to: "\(directory)/\(name).png")
            }
            let picture = try browser.value("fetch('/topology.svg').then((answer) => answer.text())", as: String.self)
            try writeTextFile("\(directory)/topology.svg", picture)
            for (name, isDark) in [("topology", false), ("topology-dark", true)] {
                try browser.show(width: 1200, height: 900, isDark: isDark, scale: 2)
                try browser.open(page.address + "topology.svg")
                try browser.screenshot(to: "\(directory)/\(name).png")
            }
        }
    }
}
