import TestSupport
import Testing

@testable import DriverCore

@Suite("Gateway address reservation")
struct GatewayReservationTests {
    private static let answers: [(options: [String: String], isWanted: Bool)] = [
        (["parent": "eth0"], true),
        (["parent": "eth0.50", "mode": "private"], true),
        (["parent": "eth0", "mode": "passthru"], true),
        (["parent": "eth0", "ipvlan_flag": "vepa"], true),
        (["parent": "eth0", "ipvlan_mode": "l2"], true),
        (["parent": "eth0", "gateway": "none"], true),
        (["parent": "eth0", "gateway": "198.51.100.1,fe80::1"], true),
        (["parent": "eth0", "mode": "l3"], false),
        (["parent": "eth0", "ipvlan_mode": "l3s"], false),
        ([:], false),
        (["mode": "l2"], false),
        (["parent": "", "mode": "l2"], false),
        (["parnet": "eth0"], false),
        (["parent": "eth0", "mode": "l4"], false),
    ]

    @Test("The first address is reserved if the network can have a router", arguments: answers)
    func reservation(_ options: [String: String], _ isWanted: Bool) {
        #expect(GatewayReservation.isWanted(options, isInternal: false) == isWanted)
        #expect(!GatewayReservation.isWanted(options, isInternal: true))
    }
}
