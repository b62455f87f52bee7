import ControlAPI
import TestSupport
import Testing

@Suite("The page's layout", .serialized)
struct LayoutTests {
    @Test("On a phone nothing is wider than the screen, in light and dark, and all text contrasts with its background")
    func phone() async throws {
        try await FixedPage.with(Example.document, events: Example.events) { page, browser in
            for isDark in [false, true] {
                try browser.show(width: 360, height: 740, isDark: isDark, isPhone: true)
                try browser.open(page.address)
                try browser.wait(for: "document.querySelectorAll('#events li').length > 0")
                try browser.wait(for: "document.getElementById('topology').naturalWidth > 0")
                #expect(try browser.value("document.documentElement.scrollWidth", as: Int.self) == 360)
                #expect(try browser.value("window.innerWidth", as: Int.self) == 360)
                let worst = try browser.value(Self.worstContrast, as: String.self)
                #expect(worst == "", "text with a contrast below 4.5 (WCAG 2.2, 1.4.3), dark: \(isDark)")
            }
            #expect(browser.complaints == [])
        }
    }

    @Test("4,000 networks are shown in steps, those that are not ok first, and the filter finds each of them")
    func many() async throws {
        let networks = (1...4000).map { number in
            NetworkDocument(
                id: "\(100_000 + number)", kind: "macvlan", mode: "bridge", parent: "eth0.\(number)",
                lowestLink: "eth0",
                vlans: [number], subnets: [SubnetDocument(subnet: "10.\(number / 256).\(number % 256).0/24")],
                state: number == 3999 ? .init(.waiting, link: "eth0") : .init(.ok))
        }
        let status = StatusDocument(revision: "1", summary: "4000 networks", networks: networks)
        try await FixedPage.with(status) { page, browser in
            try browser.open(page.address)
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 100")
            #expect(try browser.text(of: "#rows .state") == "waiting for eth0")
            _ = try browser.value("(document.getElementById('more').click(), 0)", as: Int.self)
            #expect(try browser.value("document.querySelectorAll('#rows > tr').length", as: Int.self) == 200)
            try Self.filter("eth0.1234", browser)
            #expect(try ShownPage(of: browser).networks.map(\.vlan) == ["1234"])
            try Self.filter("no such network", browser)
            #expect(try browser.text(of: "#none") == "No network matches the filter.")
        }
    }

    @Test("The page says where names are, which links have faults, and that events are loading until they are")
    func faults() async throws {
        var status = Example.document
        for index in status.links.indices where status.links[index].name == "eth0" {
            status.links[index].hasCarrier = false
        }
        let first = status
        try await FixedPage.with(first) { page, browser in
            try browser.open(page.address)
            try browser.wait(for: "document.querySelectorAll('#rows > tr').length === 7")
            let states = try ShownPage(of: browser).networks.map(\.state)
            #expect(states.count { $0 == "eth0 has no carrier" } == 2)
            #expect(try browser.text(of: ".bar + .note").contains("swiftvlan status"))
            let source = try browser.value("fetch('/').then((answer) => answer.text())", as: String.self)
            #expect(source.contains("<p id=\"no-events\" class=\"note\">Loading…</p>"))
            try browser.wait(for: "document.getElementById('no-events').textContent === 'No events yet.'")
            var next = first
            next.revision = "up"
            for index in next.links.indices { next.links[index].hasCarrier = true }
            page.source.change(to: next)
            try browser.wait(for: "!document.getElementById('rows').textContent.includes('no carrier')")
        }
    }

    @Test("A change leaves rows, focus, scroll position and opened lists of other networks as they are")
    func steady() async throws {
        var status = Example.document
        status.networks[0].endpoints = (1...300).map { EndpointDocument(id: "e\($0)", addresses: ["10.0.0.9/16"]) }
        let first = status
        try await FixedPage.with(first) { page, browser in
            try browser.show(width: 1200, height: 400)
            try browser.open(page.address)
            try browser.wait(for: "document.querySelector('details')")
            try browser.wait(for: "document.getElementById('topology').naturalWidth > 0")
            #expect(try browser.value("document.querySelectorAll('details li').length", as: Int.self) == 0)
            _ = try browser.value(
                """
                document.querySelector('details').open = true;
                document.getElementById('filter').focus({ preventScroll: true });
                window.oldRows = [...document.querySelectorAll('#rows > tr')]; oldRows.length
                """, as: Int.self)
            try browser.wait(for: "document.querySelectorAll('details li').length === 292")
            _ = try browser.value(
                """
                window.seen = document.querySelectorAll('details li')[20];
                scrollTo(0, scrollY + seen.getBoundingClientRect().top - 200);
                window.oldTop = seen.getBoundingClientRect().top
                """, as: Double.self)
            var next = first
            next.revision = "changed"
            next.networks[1].state = NetworkStateDocument(.blocked, reason: "a test has changed it")
            page.source.change(to: next)
            try browser.wait(for: "document.querySelector('.reason')?.textContent === 'a test has changed it'")
            // The network's row has moved above the visible part, so what is visible keeps its place on the screen.
            try browser.wait(for: "Math.abs(seen.getBoundingClientRect().top - oldTop) < 2")
            #expect(try browser.value("document.activeElement.id", as: String.self) == "filter")
            #expect(try browser.value("document.querySelectorAll('details li').length", as: Int.self) == 292)
            #expect(try browser.value("oldRows.every((row) => row.isConnected)", as: Bool.self))
        }
    }

    private static func filter(_ text: String, _ browser: Browser) throws {
        _ = try browser.value(
            """
            (() => {
                const input = document.getElementById("filter");
                input.value = "\(text)";
                return input.dispatchEvent(new Event("input"));
            })()
            """, as: Bool.self)
    }

    /// Names the visible text with the lowest contrast ratio, if that is below 4.5 (WCAG 2.1, 1.4.3).
    private static let worstContrast = """
        (() => {
            const parse = (text) => text.match(/[\\d.]+/g).map(Number);
            const light = (color) => {
                const [red, green, blue] = color.map((part) => part / 255)
                    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            };
            const back = (node) => {
                for (let place = node; place; place = place.parentElement) {
                    const color = parse(getComputedStyle(place).backgroundColor);
                    if (color.length === 3) return color;
                }
                return [255, 255, 255];
            };
            let worst = 4.5, words = "";
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const node = walker.currentNode.parentElement;
                if (!walker.currentNode.textContent.trim() || !node.getClientRects().length) continue;
                const [one, other] = [light(parse(getComputedStyle(node).color).slice(0, 3)), light(back(node))];
                const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
                if (contrast < worst) {
                    worst = contrast;
                    words = `${contrast}: ${node.textContent}`;
                }
            }
            return words;
        })()
        """
}
