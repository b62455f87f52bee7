import DriverCore
import Metrics

/// The type of a record; the raw value is the label.
enum StoredRecord: String, CaseIterable, Sendable {
    case network
    case endpoint
}

/// A store that counts the changes of records that fail.
struct CountingStore: StateStore {
    private var store: any StateStore
    private let failures: Counters<StoredRecord>

    init(_ store: any StateStore, _ failures: Counters<StoredRecord>) {
        self.store = store
        self.failures = failures
    }

    mutating func load() throws(StateStoreError) -> StoredState { try store.load() }

    mutating func save(_ network: Network) throws(StateStoreError) {
        try counting(.network) { (store) throws(StateStoreError) in try store.save(network) }
    }

    mutating func save(_ endpoint: Endpoint) throws(StateStoreError) {
        try counting(.endpoint) { (store) throws(StateStoreError) in try store.save(endpoint) }
    }

    mutating func remove(_ id: NetworkID) throws(StateStoreError) {
        try counting(.network) { (store) throws(StateStoreError) in try store.remove(id) }
    }

    mutating func remove(_ id: EndpointID) throws(StateStoreError) {
        try counting(.endpoint) { (store) throws(StateStoreError) in try store.remove(id) }
    }

    func location(of id: NetworkID) -> String { store.location(of: id) }

    private mutating func counting(
        _ record: StoredRecord, _ change: (inout any StateStore) throws(StateStoreError) -> Void
    ) throws(StateStoreError) {
        do throws(StateStoreError) {
            try change(&store)
        } catch {
            failures.count(record)
            throw error
        }
    }
}
