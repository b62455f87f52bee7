/// Which stories are told: all; those that need `more` than the throw-away host has, which tells the others in the same
/// run of the tests, and the first of macvlan; or those with certain numbers, as in `107` or `122-139`.
enum StorySelection {
    case all
    case more
    case numbered(ClosedRange<Int>)

    init(_ text: String) throws {
        switch text {
        case "all": self = .all
        case "more": self = .more
        default:
            let numbers = text.split(separator: "-").compactMap { Int($0) }
            guard let first = numbers.first, let last = numbers.last, first <= last else { throw Unknown(text: text) }
            self = .numbered(first...last)
        }
    }

    func contains(_ story: Story) -> Bool {
        switch self {
        case .all: true
        case .more:
            story.driver == .ipvlan || !story.needs.isEmpty || !story.engines.contains(20) || story.number <= 106
        case .numbered(let numbers): numbers.contains(story.number)
        }
    }

    struct Unknown: Error {
        let text: String
    }
}
