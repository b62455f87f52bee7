import DriverCore
import DriverTestKit
import TestSupport

@testable import StateStore

/// An operation of a daemon on its store.
enum StoreOperation {
    case save(Network)
    case saveEndpoint(Endpoint)
    case remove(NetworkID)
    case removeEndpoint(EndpointID)

    /// Returns operations for an empty store: saves, replacements and removals, the same for the same seed.
    static func random(seed: UInt64, count: Int = 8) -> [StoreOperation] {
        var models = RandomModels(seed: seed)
        return (0..<count).map { _ in
            let (network, endpoint) = (
                models.random.pick([NetworkID.first, .second]), models.random.pick([EndpointID.web, .mail])
            )
            return switch Int.random(in: 0..<6, using: &models.random) {
            case 0, 1, 2: .save(models.network(id: network))
            case 3: .remove(network)
            case 4: .saveEndpoint(models.endpoint(id: endpoint))
            default: .removeEndpoint(endpoint)
            }
        }
    }

    func carryOut(with store: FileStateStore) throws(StateStoreError) {
        switch self {
        case .save(let network): try store.save(network)
        case .saveEndpoint(let endpoint): try store.save(endpoint)
        case .remove(let id): try store.remove(id)
        case .removeEndpoint(let id): try store.remove(id)
        }
    }
}

extension DiskModel {
    static let stateDirectory = "/lib/swiftvlan"

    func openStore() throws(StateStoreError) -> FileStateStore {
        try FileStateStore(stateDirectory: Self.stateDirectory, runtimeDirectory: "/run/swiftvlan", files: self)
    }

    /// Returns the state that another daemon finds on the disk.
    func storedState() throws(StateStoreError) -> StoredState { try openStore().load() }
}

extension StoredState {
    /// Returns the state after an operation.
    func after(_ operation: StoreOperation) -> StoredState {
        var state = self
        switch operation {
        case .save(let network):
            state = after(.remove(network.id))
            state.networks = (state.networks + [network]).sorted { $0.id.text < $1.id.text }
        case .saveEndpoint(let endpoint):
            state = after(.removeEndpoint(endpoint.id))
            state.endpoints = (state.endpoints + [endpoint]).sorted { $0.id.text < $1.id.text }
        case .remove(let id): state.networks.removeAll { $0.id == id }
        case .removeEndpoint(let id): state.endpoints.removeAll { $0.id == id }
        }
        return state
    }

    /// The state after a reboot.
    var afterReboot: StoredState { StoredState(networks: networks) }
}
