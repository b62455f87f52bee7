import DriverCore
import KernelLAN

/// The questions and announcements that the daemon sends to LANs.
///
/// The functions return at once, on any thread. `answer` is called once, on any thread.
protocol LANAccess: Sendable {
    func ask(_ question: ConflictQuestion, _ answer: @escaping @Sendable (ConflictAnswer) -> Void)
    func announce(_ announcements: [Announcement])
    func withdraw(_ announcements: [Announcement])
}

extension LANClient: LANAccess {}
