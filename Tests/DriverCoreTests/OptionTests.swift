import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Network options")
struct OptionTests {
    struct Accepted: CustomTestStringConvertible {
        let options: [String: String]
        let attachment: DriverCore.Attachment

        init(_ options: [String: String], _ attachment: DriverCore.Attachment) {
            self.options = options
            self.attachment = attachment
        }

        var testDescription: String { "\(joined(options)) means \(attachment)" }
    }

    private static let words: [Accepted] = [
        Accepted([:], .macvlan(.bridge)),
        Accepted(["mode": "bridge"], .macvlan(.bridge)),
        Accepted(["mode": "private"], .macvlan(.private)),
        Accepted(["mode": "vepa"], .macvlan(.vepa)),
        Accepted(["mode": "passthru"], .macvlan(.passthru)),
        Accepted(["mode": "l2"], .ipvlan(.l2, .bridge)),
        Accepted(["mode": "l3"], .ipvlan(.l3, .bridge)),
        Accepted(["mode": "l3s"], .ipvlan(.l3s, .bridge)),
        Accepted(["macvlan_mode": "bridge"], .macvlan(.bridge)),
        Accepted(["macvlan_mode": "private"], .macvlan(.private)),
        Accepted(["macvlan_mode": "vepa"], .macvlan(.vepa)),
        Accepted(["macvlan_mode": "passthru"], .macvlan(.passthru)),
        Accepted(["ipvlan_mode": "l2"], .ipvlan(.l2, .bridge)),
        Accepted(["ipvlan_mode": "l3"], .ipvlan(.l3, .bridge)),
        Accepted(["ipvlan_mode": "l3s"], .ipvlan(.l3s, .bridge)),
        Accepted(["ipvlan_flag": "bridge"], .ipvlan(.l2, .bridge)),
        Accepted(["ipvlan_flag": "private"], .ipvlan(.l2, .private)),
        Accepted(["ipvlan_flag": "vepa"], .ipvlan(.l2, .vepa)),
        Accepted(["ipvlan_mode": "l3", "ipvlan_flag": "private"], .ipvlan(.l3, .private)),
        Accepted(["mode": "l3s", "ipvlan_flag": "vepa"], .ipvlan(.l3s, .vepa)),
        Accepted(["mode": "vepa", "macvlan_mode": "vepa"], .macvlan(.vepa)),
        Accepted(["mode": "l3", "ipvlan_mode": "l3"], .ipvlan(.l3, .bridge)),
    ]

    @Test("The mode option and Docker's own macvlan and ipvlan options select kind and mode", arguments: words)
    func attachments(_ accepted: Accepted) throws {
        try expect(NetworkOptions(accepted.options).attachment, equals: accepted.attachment)
    }

    @Test(
        "An empty mode option means the default, as in Docker's own drivers",
        arguments: ["mode", "macvlan_mode", "ipvlan_mode"])
    func emptyModes(_ name: String) throws {
        try expect(NetworkOptions([name: ""]).attachment, equals: .macvlan(.bridge))
    }

    struct Refused: CustomTestStringConvertible {
        let options: [String: String]
        let refusal: String

        init(_ options: [String: String], _ refusal: String) {
            self.options = options
            self.refusal = refusal
        }

        var testDescription: String { joined(options) }
    }

    private static let mistakes: [Refused] = [
        Refused(["parnet": "eth0"], #"parnet=eth0: there is no option "parnet"; did you mean parent=eth0?"#),
        Refused(["Parent": "eth0"], #"Parent=eth0: there is no option "Parent"; did you mean parent=eth0?"#),
        Refused(["mod": "l2"], #"mod=l2: there is no option "mod"; did you mean mode=l2?"#),
        Refused(
            ["ipvlan-mode": "l3"],
            #"ipvlan-mode=l3: there is no option "ipvlan-mode"; did you mean ipvlan_mode=l3?"#),
        Refused(
            ["colour": "red"],
            """
            colour=red: there is no option "colour"; the options are parent, mode, macvlan_mode, ipvlan_mode, \
            ipvlan_flag, vlan, vlan_name, vlan_protocol, mtu, routes, gateway, mac, \
            com.docker.network.container_iface_prefix, host_routes, host_access, \
            conflict, conflict_timeout, announce, bcqueuelen
            """),
        Refused(
            ["zone": "b", "colour": "red"],
            """
            colour=red: there is no option "colour"; the options are parent, mode, macvlan_mode, ipvlan_mode, \
            ipvlan_flag, vlan, vlan_name, vlan_protocol, mtu, routes, gateway, mac, \
            com.docker.network.container_iface_prefix, host_routes, host_access, \
            conflict, conflict_timeout, announce, bcqueuelen
            """),
        Refused(
            ["mode": "nonsense"],
            """
            mode=nonsense: "nonsense" is not valid here; use bridge, private, vepa, passthru (macvlan) or l2, \
            l3, l3s (ipvlan)
            """),
        Refused(
            ["mode": "Bridge"],
            """
            mode=Bridge: "Bridge" is not valid here; use bridge, private, vepa, passthru (macvlan) or l2, l3, \
            l3s (ipvlan)
            """),
        Refused(
            ["macvlan_mode": "l2"],
            #"macvlan_mode=l2: "l2" is not valid here; use bridge, private, vepa, passthru"#),
        Refused(["ipvlan_mode": "l4"], #"ipvlan_mode=l4: "l4" is not valid here; use l2, l3, l3s"#),
        Refused(
            ["ipvlan_flag": "passthru"],
            #"ipvlan_flag=passthru: "passthru" is not valid here; use bridge, private, vepa"#),
        Refused(
            ["mode": "l2", "macvlan_mode": "vepa"],
            "mode=l2 and macvlan_mode=vepa contradict each other; give only one of them"),
        Refused(
            ["mode": "bridge", "macvlan_mode": "vepa"],
            "mode=bridge and macvlan_mode=vepa contradict each other; give only one of them"),
        Refused(
            ["mode": "l2", "ipvlan_mode": "l3"],
            "mode=l2 and ipvlan_mode=l3 contradict each other; give only one of them"),
        Refused(
            ["macvlan_mode": "bridge", "ipvlan_mode": "l2"],
            "macvlan_mode=bridge and ipvlan_mode=l2 contradict each other; give only one of them"),
        Refused(
            ["mode": "bridge", "ipvlan_flag": "private"],
            "mode=bridge and ipvlan_flag=private contradict each other; give only one of them"),
        Refused(
            ["parent": ""],
            "parent= is empty; name a link of the host, or leave the option out for an isolated network"),
    ]

    @Test("Invalid network options are refused with a hint", arguments: mistakes)
    func refusals(_ refused: Refused) throws {
        let fixture = try DriverFixture()
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.createNetwork(.first, refused.options) },
            equals: refused.refusal)
    }
}

private func joined(_ options: [String: String]) -> String {
    options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
}
