import CSystemd

/// Tells systemd how the service is doing (sd_notify(3)); without systemd the calls do nothing.
package enum Notifier {
    /// The service answers requests.
    package static func ready() {
        sd_notify(0, "READY=1")
    }

    /// How the service is doing, in one line.
    package static func status(_ text: String) {
        sd_notify(0, "STATUS=\(text)")
    }

    /// The service is on its way out.
    package static func stopping() {
        sd_notify(0, "STOPPING=1")
    }
}
