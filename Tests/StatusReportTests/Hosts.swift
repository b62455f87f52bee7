import ControlAPI
import DriverCore
import DriverTestKit
import NetworkTypes
import StatusReport

/// A driver on a host in memory, and the document about both.
final class Reported {
    let host: FakeHost
    var driver: Driver
    private(set) var store: MemoryStore

    init(_ host: FakeHost = .usual(), _ store: MemoryStore = MemoryStore()) throws {
        self.host = host
        self.store = store
        driver = try Driver(host: host, store: store)
        _ = driver.reconcile(at: .zero)
    }

    func create(
        _ options: [String: String], as id: NetworkID = .first, pools: [AddressPool] = [lan(0)],
        hostAddresses: [IPAddress] = [], isInternal: Bool = false
    ) throws {
        try driver.createNetwork(
            NetworkRequest(
                id: id, options: options, isInternal: isInternal, pools: pools, hostAddresses: hostAddresses))
    }

    func join(_ id: EndpointID, _ addresses: [IPPrefix], in network: NetworkID = .first) throws {
        _ = try driver.createEndpoint(
            EndpointRequest(id: id, networkID: network, addresses: addresses, macAddress: nil, options: [:]))
        _ = try driver.join(id, network: network)
    }

    /// The document after a reconciliation.
    var document: StatusDocument {
        get throws {
            _ = driver.reconcile(at: .zero)
            return StatusReport(driver.snapshot, try HostObservation.read(host)).document
        }
    }

    /// What a command without a daemon reports from the same records.
    var documentWithoutDaemon: StatusDocument {
        get throws {
            let snapshot = driver.snapshot
            let records = StoredState(
                networks: Array(snapshot.networks.values), endpoints: Array(snapshot.endpoints.values),
                unreadable: snapshot.unreadable.map { UnreadableRecord(networkID: $0.key, message: $0.value) })
            let stored = try DriverSnapshot(records: records, host: host)
            return StatusReport(stored, try HostObservation.read(host)).document
        }
    }
}

extension StatusDocument {
    func link(_ name: String) -> LinkDocument? { links.first { $0.name == name } }
}

func lan(_ number: Int) -> AddressPool { [AddressPool].lan[number] }
