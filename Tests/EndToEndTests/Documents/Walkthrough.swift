import Testing

/// A walkthrough of one page or section: its commands, in the order in which a reader types them on a throwaway machine.
struct Walkthrough: Sendable, CustomTestStringConvertible {
    /// Where the commands run.
    enum Place: Sendable {
        /// Docker Engine 20.10 in namespaces of this machine, with its files: only for commands on links and networks.
        case host
        /// Debian 13 with Docker Engine 26.1 and the installed package, in `make test` too.
        case machine
        /// The same machine in `make test-all`.
        case fullMachine
        /// Debian 13 before the package is installed.
        case package
        /// Debian 13 with the folder of the managed plugin.
        case plugin
    }

    enum Step: Sendable {
        /// Types a command of the page. A `…` in the text stands for any text.
        case type(String, Typing = Typing())
        /// Types all commands of the blocks under a heading.
        case block(String, Typing = Typing())
        /// Saves the block that contains a text, such as a Compose file, where the page says.
        case save(String, as: String)
        /// Appends the block that contains a text to a file.
        case append(String, to: String)
        /// Runs a shell command that is not the reader's: the surroundings that the page supposes.
        case prepare(String)
        /// Runs a shell command at the end, also after a failure.
        case cleanUp(String)
        /// Expects a shell condition to hold within a minute.
        case expect(String)
    }

    /// How one command is typed, and what it must do.
    struct Typing: Sendable {
        /// What the reader types for the page's placeholders.
        var with: [String: String] = [:]
        /// The rest of a command that the page shows the start of.
        var rest = ""
        /// What the reader answers to the command's questions.
        var answer = ""
        /// Whether the command must fail.
        var fails = false
        /// Texts that the output must contain.
        var prints: [String] = []
        /// A shell command that runs while this one does. The reader ends it with Ctrl-C once it has printed `prints`.
        var during: String?

        /// What the reader types for a command of the page.
        func text(of command: DocumentedCommand) -> String {
            with.reduce(command.text) { $0.replacing($1.key, with: $1.value) } + rest
        }
    }

    let page: String
    let title: String
    let place: Place
    let steps: [Step]

    init(_ page: String, _ title: String, on place: Place, _ steps: Step...) {
        (self.page, self.title, self.place, self.steps) = (page, title, place, steps)
    }

    var testDescription: String { "\(page): \(title)" }
}

extension Walkthrough.Step {
    /// How this step types its commands.
    var typing: Walkthrough.Typing? {
        switch self {
        case .type(_, let typing), .block(_, let typing): typing
        case .save, .append, .prepare, .cleanUp, .expect: nil
        }
    }

    /// The commands of the page that this step types.
    func commands(of page: DocumentPage) -> [DocumentedCommand] {
        switch self {
        case .type(let text, _):
            let pattern = TextPattern(text)
            return page.commands.filter { pattern.matches($0.text) }
        case .block(let heading, _):
            return page.commands.filter { $0.isInBlock && $0.heading == heading }
        case .save, .append, .prepare, .cleanUp, .expect:
            return []
        }
    }
}

/// Commands of the documents that no reader types on a throwaway machine, and why.
struct NotTyped: Sendable {
    /// Nil for all pages.
    let page: String?
    let text: String
    let reason: String

    init(_ text: String, on page: String? = nil, because reason: String) {
        (self.text, self.page, self.reason) = (text, page, reason)
    }

    func matches(_ command: DocumentedCommand) -> Bool {
        (page == nil || page == command.page) && TextPattern(text).matches(command.text)
    }
}
