import Configuration
import Logging
import SystemdSupport

/// Reads the configuration again, and takes over what can change while the daemon runs.
struct Reloader {
    let sources: SettingSources
    /// What the daemon goes by now.
    private(set) var settings: Settings
    let logger: Logger
    let levels: LogLevelSwitch
    let service: DriverService

    init(
        _ settings: Settings, from sources: SettingSources, logger: Logger, levels: LogLevelSwitch,
        service: DriverService
    ) {
        self.settings = settings
        self.sources = sources
        self.logger = logger
        self.levels = levels
        self.service = service
    }

    /// Everything stays as it is when anything is wrong with the configuration.
    mutating func reload() {
        Notifier.reloading()
        defer { Notifier.ready() }
        do throws(ConfigurationError) {
            takeOver(try sources.read())
        } catch {
            for sentence in error.sentences {
                logger.error("The settings stay as they were", metadata: ["reason": "\(sentence)"])
            }
        }
    }

    private mutating func takeOver(_ new: Settings) {
        // At the lower of both levels, so that a change of the level itself is told.
        levels.level = min(settings.logLevel, new.logLevel)
        for change in settings.changes(to: new) {
            let metadata: Logger.Metadata = [
                "setting": "\(change.key.rawValue)", "from": "\(change.old)", "to": "\(change.new)",
            ]
            if change.key.canChange {
                logger.notice("A setting has changed", metadata: metadata)
            } else {
                logger.warning("A setting that has changed needs a restart", metadata: metadata)
            }
        }
        settings = settings.takingOver(new)
        levels.level = settings.logLevel
        service.change(RetryLimits(settings))
        logger.info("The configuration has been read again", metadata: ["file": "\(sources.path)"])
    }
}
