import Logging
import Synchronization

/// The minimum log level of all loggers, which can change while they are in use.
final class LogLevelSwitch: Sendable {
    private static let levels = Logger.Level.allCases

    /// The index in `levels`. Loggers may see a change at slightly different times, so relaxed ordering is enough.
    private let position: Atomic<Int>

    init(_ level: Logger.Level) { position = Atomic(Self.position(of: level)) }

    var level: Logger.Level {
        get { Self.levels[position.load(ordering: .relaxed)] }
        set { position.store(Self.position(of: newValue), ordering: .relaxed) }
    }

    private static func position(of level: Logger.Level) -> Int {
        levels.firstIndex(of: level) ?? levels.startIndex
    }
}
