import DriverCore
import KernelHostNetwork
import Logging

extension HostMonitor {
    /// Creates a monitor that reports no events of parents yet; the monitor's own initializer replaces this one.
    convenience init(
        logger: Logger, onChange: @escaping @Sendable () -> Void,
        onParentEvent: @escaping @Sendable (ParentEvent) -> Void
    ) {
        self.init(logger: logger, onChange: onChange)
    }
}
