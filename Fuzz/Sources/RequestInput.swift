import DriverCore
import Logging
import NetworkTypes
import RemoteDriver
import StateStore

/// Inputs that are calls of the engine's: a letter that chooses the call, and the body.
enum RequestInput {
    /// `A` chooses the first, `P` the last; other bytes go around.
    private static let paths = [
        "/Plugin.Activate", "/NetworkDriver.GetCapabilities", "/NetworkDriver.AllocateNetwork",
        "/NetworkDriver.FreeNetwork", "/NetworkDriver.GwAllocCheck", "/NetworkDriver.CreateNetwork",
        "/NetworkDriver.DeleteNetwork", "/NetworkDriver.CreateEndpoint", "/NetworkDriver.EndpointOperInfo",
        "/NetworkDriver.DeleteEndpoint", "/NetworkDriver.Join", "/NetworkDriver.Leave",
        "/NetworkDriver.ProgramExternalConnectivity", "/NetworkDriver.RevokeExternalConnectivity",
        "/NetworkDriver.DiscoverNew", "/NetworkDriver.DiscoverDelete",
    ]

    /// Whether the call's arguments could be read; what the driver then says to them does not matter here.
    static func isUnderstood(_ input: [UInt8]) -> Bool {
        guard let letter = input.first, let driver = try? DriverEngine(host: EmptyHost(), store: VolatileStateStore())
        else { return false }
        var remote = RemoteDriver(driver, logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
        let path = paths[Int(letter &- UInt8(ascii: "A")) % paths.count]
        let answer = remote.answer(path: path, body: Array(input.dropFirst()))
        precondition([200, 400].contains(answer.status), "\(path) is answered with status \(answer.status)")
        precondition(answer.body.first == UInt8(ascii: "{"), "\(path) is not answered with an object")
        return answer.status == 200
    }
}

/// A host with one network card, on which every link can be made.
private struct EmptyHost: HostNetwork {
    private var all: [HostLink] = []

    init() {
        if let index = InterfaceIndex(2) { all = [HostLink(index: index, name: "eth0", kind: .device)] }
    }

    func link(named name: InterfaceName) -> HostLink? { all.first { $0.name == name.text } }
    func link(at index: InterfaceIndex) -> HostLink? { all.first { $0.index == index } }
    func links() -> [HostLink] { all }

    mutating func make(_ plan: HostLinkPlan) throws(HostNetworkError) -> HostLink {
        guard let index = InterfaceIndex(Int32(all.count) + 3) else {
            throw HostNetworkError(reason: .other, sentence: "there is no number left")
        }
        let link = HostLink(index: index, name: plan.name.text, kind: .dummy, owner: plan.owner)
        all.append(link)
        return link
    }

    mutating func retire(_ link: HostLink) -> LinkRemoval? {
        all.removeAll { $0.index == link.index }
        return LinkRemoval(index: link.index)
    }
}
