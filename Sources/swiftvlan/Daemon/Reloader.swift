import Configuration
import Logging
import SystemdSupport

/// Reloads the configuration and applies the settings that can change while the daemon runs.
struct Reloader {
    let sources: SettingSources
    /// The settings in force.
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

    /// Reads the configuration again and applies it. Changes nothing if the configuration has an error.
    mutating func reload() {
        Notifier.reloading()
        defer { Notifier.ready() }
        do throws(ConfigurationError) {
            apply(try sources.read())
        } catch {
            for message in error.messages {
                logger.error("Reload failed, settings unchanged", metadata: ["reason": "\(message)"])
            }
        }
    }

    private mutating func apply(_ new: Settings) {
        // At the lower of the two levels, so that a change of the level itself is logged.
        levels.level = min(settings.logLevel, new.logLevel)
        for change in settings.changes(to: new) {
            let metadata: Logger.Metadata = [
                "setting": "\(change.setting.key)", "from": "\(change.old)", "to": "\(change.new)",
            ]
            if change.setting.isReloadable {
                logger.notice("Setting changed", metadata: metadata)
            } else {
                logger.warning("Setting change needs a restart", metadata: metadata)
            }
        }
        settings = settings.reloading(new)
        levels.level = settings.logLevel
        service.change(RetryLimits(settings))
        logger.info("Configuration reloaded", metadata: ["file": "\(sources.path)"])
    }
}
