import ArgumentParser
import ControlAPI
import Glibc

/// `swiftvlan events`: shows what the daemon did, and follows what it does.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show the daemon's latest events, and follow new ones.",
        discussion: """
            The daemon keeps its latest \(EventLog.limit) events until it restarts; the journal has all of them. Follows \
            until Ctrl-C, also over restarts of the daemon.

            Exit status: 0 with --no-follow, or when nobody reads the output any more; 1 if the daemon cannot be asked.
            """
    )

    /// How long one request waits for an event, in seconds.
    private static let wait = 20

    @Option(
        help: ArgumentHelp(
            "Leave out earlier events: a duration such as 90s, 10m, 2h or 1d before now, or a time such as "
                + "2026-11-29T08:00 (local) or 2026-11-29T08:00:00Z.",
            valueName: "time"))
    var since: EventTime?

    @Flag(help: "Print each event as a JSON object in a line of its own.")
    var json = false

    @Flag(inversion: .prefixedNo, help: "Wait for new events.")
    var follow = true

    @OptionGroup
    var control: ControlOptions

    func run() throws {
        Terminal.unblockSignals()
        let client = try control.client()
        let earliest = since?.seconds ?? 0
        var answer = try request(client, after: 0, waiting: 0)
        while true {
            for event in answer.events where event.time >= earliest {
                try Terminal.write((json ? jsonLine(event) : EventLine(event).text) + "\n")
            }
            guard follow, Terminal.isRead else { return }
            answer = next(client, after: answer.next)
        }
    }

    private func request(
        _ client: ControlClient, after position: UInt64, waiting seconds: Int
    ) throws(ControlError) -> EventsDocument {
        let query = "after=\(position)&wait=\(seconds)"
        let limit = Duration.seconds(seconds + 10)
        let answer = try client.get(.events, query: query, EventsDocument.self, within: limit)
        return answer ?? EventsDocument(next: position)
    }

    /// Waits for the events after a position, and meanwhile for the daemon if it is away.
    private func next(_ client: ControlClient, after position: UInt64) -> EventsDocument {
        var isAway = false
        while true {
            do throws(ControlError) {
                let answer = try request(client, after: position, waiting: isAway ? 0 : Self.wait)
                if isAway { note("the daemon is back") }
                if answer.isIncomplete, !isAway {
                    note("some events are missing; journalctl -u swiftvlan.service has all of them")
                }
                return answer
            } catch {
                if !isAway { note("the daemon went away; waiting for it (\(error))") }
                isAway = true
                sleep(1)
            }
        }
    }

    private func jsonLine(_ event: EventDocument) -> String {
        String(decoding: ControlJSON.bytes(of: event), as: UTF8.self)
    }

    /// Writes a line to standard error.
    private func note(_ text: String) {
        var stream = LogStream()
        stream.write("swiftvlan: \(text)\n")
    }
}
