package import DriverCore
import NetworkTypes
import RouteNetlink

extension KernelHost {
    package func holders(of parent: HostLink) throws(HostNetworkError) -> [HostLink] {
        try links().filter { link in
            guard link.lowerIndex == parent.index else { return false }
            switch link.kind {
            case .macvlan, .ipvlan: return true
            default: return false
            }
        }
    }
}
