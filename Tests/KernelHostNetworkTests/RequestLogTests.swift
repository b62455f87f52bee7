import CMNL
import DriverTestKit
import Logging
import Netlink
import SystemCalls
import Testing

@testable import KernelHostNetwork

@Suite("The log of netlink requests")
struct RequestLogTests {
    @Test("A refused request is logged at debug with its operation, its type and the offset of the mistake")
    func refused() {
        let lines = LogLines()
        let refusal = KernelRefusal(errno: .invalidArgument, message: "Invalid VLAN id", offset: 52)
        lines.logger.requestTrace({ "create vlan link" }, UInt16(RTM_NEWLINK), .microseconds(80), .refused(refusal))
        #expect(
            lines.metadata(.debug) == [
                [
                    "netlink.operation": "create vlan link", "netlink.type": "RTM_NEWLINK", "duration_us": "80",
                    "netlink.error": "Invalid argument (EINVAL): Invalid VLAN id", "netlink.offset": "52",
                ]
            ])
    }

    @Test("A request type is logged by the kernel's name for it")
    func names() {
        let types = [RTM_GETLINK, RTM_DELROUTE, RTM_NEWADDR, RTM_GETNEIGH, RTM_GETNSID]
        #expect(
            types.map { Logger.name(ofType: UInt16($0)) }
                == ["RTM_GETLINK", "RTM_DELROUTE", "RTM_NEWADDR", "RTM_GETNEIGH", "RTM_GETNSID"])
    }
}
