/// The exchanges with LANs that the driver counts; the raw value is for the log.
package enum LANActivity: String, CaseIterable, Sendable {
    /// Questions that were sent, answered or not.
    case questions = "questions to the LAN"
    /// Addresses that another host or endpoint has too.
    case conflicts = "address conflicts found"
    case announcements = "endpoints announced"
}
