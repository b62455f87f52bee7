import DriverCore
import DriverTestKit
import TestSupport

@testable import StateStore

/// What a daemon does with its store from the start, the same for the same seed: saves, replacements and removals.
struct Story {
    static let stateDirectory = "/lib/swiftvlan"
    static let runtimeDirectory = "/run/swiftvlan"

    enum Deed {
        case save(Network)
        case saveEndpoint(Endpoint)
        case remove(NetworkID)
        case removeEndpoint(EndpointID)
    }

    let deeds: [Deed]

    init(seed: UInt64, length: Int = 8) {
        var models = RandomModels(seed: seed)
        deeds = (0..<length).map { _ in
            let (network, endpoint) = (models.pick([NetworkID.first, .second]), models.pick([EndpointID.web, .mail]))
            return switch models.pick([0, 1, 2, 3, 4, 5]) {
            case 0, 1, 2: .save(models.network(id: network))
            case 3: .remove(network)
            case 4: .saveEndpoint(models.endpoint(id: endpoint))
            default: .removeEndpoint(endpoint)
            }
        }
    }

    static func open(_ disk: DiskModel) throws(StateStoreError) -> FileStateStore {
        try FileStateStore(stateDirectory: stateDirectory, runtimeDirectory: runtimeDirectory, files: disk)
    }

    /// What another daemon finds on a disk.
    static func found(on disk: DiskModel) throws(StateStoreError) -> StoredState {
        try open(disk).load()
    }
}

extension Story.Deed {
    func carryOut(with store: FileStateStore) throws(StateStoreError) {
        switch self {
        case .save(let network): try store.save(network)
        case .saveEndpoint(let endpoint): try store.save(endpoint)
        case .remove(let id): try store.remove(id)
        case .removeEndpoint(let id): try store.remove(id)
        }
    }
}

extension StoredState {
    /// The state after a deed.
    func after(_ deed: Story.Deed) -> StoredState {
        var state = self
        switch deed {
        case .save(let network): state = after(.remove(network.id)).with(network)
        case .saveEndpoint(let endpoint): state = after(.removeEndpoint(endpoint.id)).with(endpoint)
        case .remove(let id): state.networks.removeAll { $0.id == id }
        case .removeEndpoint(let id): state.endpoints.removeAll { $0.id == id }
        }
        return state
    }

    /// What is left of it after a reboot.
    var afterReboot: StoredState { StoredState(networks: networks) }

    private func with(_ network: Network) -> StoredState {
        StoredState(networks: (networks + [network]).sorted { $0.id.text < $1.id.text }, endpoints: endpoints)
    }

    private func with(_ endpoint: Endpoint) -> StoredState {
        StoredState(networks: networks, endpoints: (endpoints + [endpoint]).sorted { $0.id.text < $1.id.text })
    }
}
