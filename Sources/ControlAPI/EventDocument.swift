/// The events after a position: the answer to `GET /v1/events`.
package struct EventsDocument: Codable, Hashable, Sendable {
    package var events: [EventDocument]
    /// The position after the last event, for `?after=` in the next request.
    package var next: UInt64
    /// Whether events after the requested position are no longer kept, or belong to an earlier run of the daemon.
    package var isIncomplete: Bool

    package init(events: [EventDocument] = [], next: UInt64 = 0, isIncomplete: Bool = false) {
        self.events = events
        self.next = next
        self.isIncomplete = isIncomplete
    }
}

/// An event of the daemon, the same as in its log.
package struct EventDocument: Codable, Hashable, Sendable {
    /// The position. It grows with each event, also over restarts of the daemon.
    package var position: UInt64
    /// Seconds since 1970.
    package var time: Double
    /// `info`, `notice`, `warning` or `error`.
    package var level: String
    package var message: String
    /// Details by name, as in the log: `network.id`, `endpoint.id`, `parent`, `vlan`, `call`, `duration_us` and others.
    package var fields: [String: String]

    package init(position: UInt64, time: Double, level: String, message: String, fields: [String: String] = [:]) {
        self.position = position
        self.time = time
        self.level = level
        self.message = message
        self.fields = fields
    }
}
