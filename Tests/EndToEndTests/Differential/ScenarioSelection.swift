/// The selection of scenarios: `all`; `more`, which means those that the throwaway host cannot run and the first ones of
/// macvlan; or numbers such as `107` or `122-139`.
enum ScenarioSelection {
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

    func contains(_ scenario: DifferentialScenario) -> Bool {
        switch self {
        case .all: true
        case .more:
            scenario.driver == .ipvlan || !scenario.needs.isEmpty || !scenario.engines.contains(20)
                || scenario.number <= 106
        case .numbered(let numbers): numbers.contains(scenario.number)
        }
    }

    struct Unknown: Error {
        let text: String
    }
}
