import ControlAPI
import Configuration

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
        guard let document = try client.get(.status, StatusDocument.self) else { return StatusDocument() }
        return document
    }
}
