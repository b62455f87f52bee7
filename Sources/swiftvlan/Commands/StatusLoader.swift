import Configuration
import ControlAPI
import DriverCore
import Glibc
import KernelHostNetwork
import Logging
import StateStore
import StatusReport

/// Loads the state of all networks, from the daemon or, while that is away, from the records and the kernel.
///
/// `StatusDocument.daemon` is nil in the second case. Docker's names of networks and containers are added as far as
/// this user may ask Docker.
struct StatusLoader {
    let options: ControlOptions
    private let client: ControlClient

    init(_ options: ControlOptions) throws {
        self.options = options
        client = try options.client()
    }

    /// Returns the state of all networks.
    ///
    /// Without a daemon, one line on standard error says so. Throws an error of one sentence if neither the daemon nor
    /// the records can be read.
    func load() throws -> StatusDocument {
        var document: StatusDocument
        do throws(ControlError) {
            document = try client.get(.status, StatusDocument.self) ?? StatusDocument()
        } catch {
            guard error.isDaemonAway else { throw error }
            document = try fromRecords()
            printWarning("\(error); showing what its records and the kernel say")
        }
        DockerNames.fromDocker().add(to: &document)
        return document
    }

    /// Returns the daemon's state once it differs from a document; blocks until then, also while the daemon is away.
    ///
    /// Returns the same document if nobody reads the output any more.
    func nextChange(after document: StatusDocument) -> StatusDocument {
        // The revision contains only digits and a hyphen, so it needs no escapes.
        let query = "after=\(document.revision)&wait=\(Self.wait)"
        var absence = DaemonAbsence()
        while Terminal.isRead {
            do throws(ControlError) {
                let next = try client.get(.status, query: query, StatusDocument.self, within: .seconds(Self.wait + 10))
                absence = DaemonAbsence()
                guard var next else { continue }
                DockerNames.fromDocker().add(to: &next)
                return next
            } catch {
                if let sentence = absence.sentence(after: error) { printWarning(sentence) }
                sleep(1)
            }
        }
        return document
    }

    /// How long a request for the next state waits, in seconds.
    private static let wait = 25

    /// Builds the document without a daemon; changes nothing.
    private func fromRecords() throws -> StatusDocument {
        let settings = try options.settings()
        let host = KernelHost(reaper: LinkReaper(logger: Logger(label: "swiftvlan") { _ in SwiftLogNoOpLogHandler() }))
        do throws(StateStoreError) {
            let records = try StoredRecords.read(
                stateDirectory: settings.stateDirectory, runtimeDirectory: settings.runtimeDirectory)
            return try Self.report(records, host)
        } catch {
            throw ControlError(
                description: "the daemon is not running (start it: systemctl start swiftvlan), and without it "
                    + "this command \(error.message)", isDaemonAway: true)
        }
    }

    private static func report(
        _ records: StoredState, _ host: any HostReader
    ) throws(StateStoreError) -> StatusDocument {
        do throws(DriverError) {
            let snapshot = try DriverSnapshot(records: records, host: host)
            return StatusReport(snapshot, try HostObservation.read(host)).document
        } catch {
            throw StateStoreError(message: "cannot read the host's links: \(error.message)")
        }
    }
}
