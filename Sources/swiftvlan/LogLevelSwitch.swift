import Logging
import Synchronization

/// The least level that is logged, for all loggers together; it can be changed while they are in use.
final class LogLevelSwitch: Sendable {
    private static let levels = Logger.Level.allCases

    /// The position in `levels`. A logger that sees the new one a little later than another does no harm.
    private let position: Atomic<Int>

    init(_ level: Logger.Level) {
        position = Atomic(Self.position(of: level))
    }

    var level: Logger.Level {
        get { Self.levels[position.load(ordering: .relaxed)] }
        set { position.store(Self.position(of: newValue), ordering: .relaxed) }
    }

    private static func position(of level: Logger.Level) -> Int {
        levels.firstIndex(of: level) ?? levels.startIndex
    }
}
