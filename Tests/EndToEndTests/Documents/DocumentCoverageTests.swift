import Testing

/// Needs no machine.
@Suite("Commands of the documents and the table of walkthroughs")
struct DocumentCoverageTests {
    @Test("Every command of the documents is typed by a walkthrough, or has a reason why not")
    func commands() throws {
        let pages = try DocumentPage.all()
        #expect(pages.count > 5)
        let missing = pages.flatMap { page in
            let walkthroughs = Walkthrough.all.filter { $0.page == page.path }
            let typed = Set(walkthroughs.flatMap { $0.steps.flatMap { $0.commands(of: page) } })
            return page.commands.filter { command in
                !typed.contains(command) && !NotTyped.all.contains { $0.matches(command) }
            }
        }
        #expect(missing.isEmpty, "\(missing.map(\.description).joined(separator: "\n"))")
    }

    @Test("Every step of a walkthrough types a command of its page", arguments: Walkthrough.all)
    func steps(of walkthrough: Walkthrough) throws {
        let page = try DocumentPage(path: walkthrough.page)
        for step in walkthrough.steps {
            switch step {
            case .type:
                let texts = Set(step.commands(of: page).map(\.text))
                #expect(texts.count == 1, "\(step) types \(texts)")
            case .block:
                #expect(!step.commands(of: page).isEmpty, "\(step)")
            case .save(let text, _), .append(let text, _):
                #expect(page.block(containing: text) != nil, "\(step)")
            case .prepare, .cleanUp, .expect:
                break
            }
        }
    }

    @Test("Every reason not to type a command is for a command of the documents")
    func reasons() throws {
        let commands = try DocumentPage.all().flatMap(\.commands)
        for row in NotTyped.all { #expect(commands.contains(where: row.matches), "\(row.text)") }
    }

    @Test("Every block of code names its language, so that no command escapes these tests")
    func languages() throws {
        let known: Set = ["sh", "console", "yaml", "toml", "ini", "text", "json", "swift"]
        for page in try DocumentPage.all() {
            for block in page.blocks { #expect(known.contains(block.language), "\(page.path):\(block.line)") }
        }
    }

    @Test("A walkthrough in namespaces of this machine types only commands that leave its files alone")
    func harmless() throws {
        let harmless: Set = ["docker", "ip", "bridge", "ping", "sh", "swiftvlan"]
        for walkthrough in Walkthrough.all where walkthrough.place == .host {
            let page = try DocumentPage(path: walkthrough.page)
            for step in walkthrough.steps {
                let texts = step.commands(of: page).compactMap { step.typing?.text(of: $0) }
                for words in texts.map({ $0.split(separator: " ").drop { $0 == "sudo" } }) {
                    #expect(words.first.map { harmless.contains(String($0)) } == true, "\(words)")
                }
            }
        }
    }
}
