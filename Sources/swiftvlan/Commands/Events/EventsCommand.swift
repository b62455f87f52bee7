import ArgumentParser
import ControlAPI
import Glibc

/// `swiftvlan events`: shows what the daemon did, and follows what it does.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show the daemon's latest events, and follow new ones.",
        discussion: """
            Follows until Ctrl-C, even across restarts of the daemon. The daemon keeps its latest \(EventLog.limit) \
            events until it restarts; the journal keeps older ones.

            Exit status: 0 after --no-follow, or when the reader of a pipe has gone; 1 if the daemon cannot be asked; 64 \
            if an option is wrong.
            """
    )

    /// How long one request waits for an event, in seconds.
    private static let wait = 20

    @Option(
        help: ArgumentHelp(
            "Start at this time: 90s, 10m, 2h or 1d ago, or a time such as 08:00, 2026-11-29T08:00 (both local) or "
                + "2026-11-29T08:00:00Z.",
            valueName: "time"))
    var since: EventTime?

    @Flag(help: "Print each event as one line of JSON, as described in docs/api.md.")
    var json = false

    @Flag(inversion: .prefixedNo, help: "Wait for new events, or exit after the latest one.")
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
        var absence = DaemonAbsence()
        while true {
            do throws(ControlError) {
                let answer = try request(client, after: position, waiting: absence.hasBegun ? 0 : Self.wait)
                if absence.isReported { note("the daemon is back") }
                if answer.isIncomplete, !absence.hasBegun {
                    note("some events are missing; journalctl -u swiftvlan.service has all of them")
                }
                return answer
            } catch {
                if let sentence = absence.sentence(after: error) { note(sentence) }
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
