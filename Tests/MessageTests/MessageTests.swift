import Glibc
import TestSupport
import Testing

/// The messages of the sources and the file that has all of them, to be read in one sitting.
struct MessageTests {
    @Test("messages.txt has every message of the sources")
    func catalog() throws {
        let folder = "\(#filePath.dropLast("MessageTests.swift".count))"
        let text = try MessageCatalog.text(ofSourcesIn: folder + "../../Sources")
        if getenv("SWIFTVLAN_UPDATE_MESSAGES") != nil { try writeTextFile(folder + "messages.txt", text) }
        let lines = text.split(separator: "\n")
        let stored = try readTextFile(folder + "messages.txt").split(separator: "\n")
        #expect(lines.count > 400)
        let changes = lines.difference(from: stored).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        #expect(changes.isEmpty, "run with SWIFTVLAN_UPDATE_MESSAGES=1, and read what has changed in messages.txt")
    }

    @Test(
        "The text of a literal is read in each of Swift's notations",
        arguments: [
            (##"let a = "plain text""##, "plain text"),
            (##"let a = "a \"quoted\" word""##, "a \"quoted\" word"),
            (##"let a = #"raw \n text \#(name)"#"##, #"raw \n text {name}"#),
            (##"let a = "link \(name) is up""##, "link {name} is up"),
            (
                ##"let a = "nested \(names.map { "<\($0)>" }.joined(separator: ", ")) list""##,
                ##"nested {names.map { "<\($0)>" }.joined(separator: ", ")} list"##
            ),
            (##"let a = "an arrow \u{2192} here""##, "an arrow → here"),
            ("let a = \"\"\"\n    two lines \\\n    joined\n    \"\"\"", "two lines joined"),
        ])
    func notations(source: String, text: String) {
        #expect(MessageCatalog.messages(in: source).map(\.text) == [text])
    }

    @Test("Literals joined by + are one message")
    func sums() {
        let source = """
            func message(_ names: [String]) -> String {
                "there are " + names.joined(separator: ", ") + " on this host; "
                    + "remove them"
            }
            """
        #expect(
            MessageCatalog.messages(in: source).map(\.text) == [
                #"there are {names.joined(separator: ", ")} on this host; remove them"#
            ])
    }

    @Test("Comments, keys and names are not messages")
    func others() {
        let source = """
            // let a = "not a message"
            /* "nor this /* nested */ one" */
            let key = "network.id"
            let path = "/etc/swiftvlan"
            let body = ["key": value]
            """
        #expect(MessageCatalog.messages(in: source) == [])
    }

    @Test("The keys of log lines are found in the call, a constant, a property and an assignment")
    func keys() {
        let source = """
            struct Reloader {
                func apply() {
                    let metadata: Logger.Metadata = ["setting": "\\(key)", "to": "\\(new)"]
                    logger.notice("Setting changed", metadata: metadata)
                    logger.info("Done", metadata: ["file": "\\(path)"])
                }
                var metadata: Logger.Metadata { ["link": "\\(name)"] }
                var none: Logger.Metadata { get }
                func more() { metadata["error"] = "\\(error)" }
            }
            """
        #expect(
            MessageCatalog.messages(in: source).map { "\($0.declaration) \($0.line)" } == [
                "Reloader.apply (metadata) [setting, to]",
                "Reloader.apply notice: Setting changed",
                "Reloader.apply info: Done [file]",
                "Reloader.metadata (metadata) [link]",
                "Reloader.more (metadata) [error]",
            ])
    }

    @Test("A message shows how it reaches users and which declaration builds it")
    func levels() {
        let source = """
            extension Notice {
                static func linkUp(link: String) -> Notice { Notice("link \\(link) is up", about: .link(link)) }
                static func linkDown(link: String) -> Notice {
                    Notice("link \\(link) is down", .problem, about: .link(link))
                }
            }
            extension DriverError {
                static func gone(_ place: String?) -> DriverError {
                    let whole = place ?? "somewhere else"
                    DriverError("it is gone, \\(whole)")
                }
            }
            struct Daemon {
                func run() { logger.warning("Slow", metadata: ["call": "\\(call)", "duration_us": "\\(time)"]) }
            }
            """
        #expect(
            MessageCatalog.messages(in: source).map { "\($0.declaration) \($0.line)" } == [
                "Notice.linkUp notice: link {link} is up",
                "Notice.linkDown warning: link {link} is down",
                "DriverError.gone (whole) somewhere else",
                "DriverError.gone error: it is gone, {whole}",
                "Daemon.run warning: Slow [call, duration_us]",
            ])
    }
}
