import NetworkTypes

// Changes of what a shim has: its filter, addresses, neighbors and routes.

extension Applier {
    /// Applies a step that changes a shim; returns whether it changed anything.
    ///
    /// A refusal fails a call; reconciliation reports it and continues.
    mutating func changeShim(
        _ step: Step, _ context: StepContext, _ outcome: inout Outcome
    ) throws(DriverError) -> Bool {
        do throws(DriverError) {
            return try carryOutOnShim(step, &outcome)
        } catch {
            if error.refusal == .linkDown {
                outcome.hasWaitingRoutes = true
                return false
            }
            if context.purpose == .call, error.refusal != .alreadyExists { throw error }
            outcome.isUnfinished = outcome.isUnfinished || error.refusal != .alreadyExists
            if case .addNeighbor(let neighbor) = step { outcome.refusedNeighbors.insert(neighbor.address) }
            guard let refused = step.refusedOnShim else {
                report.add(.removalFailed(error.message))
                return false
            }
            let link = step.shimIndex.flatMap { try? context.host.link(at: $0) }
            let reason = error.whyNoIPv6(on: link) ?? error.message
            note(refused, refused: error.message, .accessRefused(link: link?.name ?? "", reason))
            return false
        }
    }

    private func carryOutOnShim(_ step: Step, _ outcome: inout Outcome) throws(DriverError) -> Bool {
        switch step {
        case .replaceRoute(let route, _):
            // The host would ask for the address on the shim, and its neighbors on the LAN learn the shim's MAC address.
            guard !outcome.refusedNeighbors.contains(route.destination.address) else { return false }
            try host.replace(route)
            outcome.replacedRoutes.append(route)
            return true
        case .addAddress(let address, let shim): try host.add(address, to: shim)
        case .removeAddress(let address, let shim): try host.remove(address, from: shim)
        case .addNeighbor(let neighbor): try host.add(neighbor)
        case .removeNeighbor(let neighbor): try host.remove(neighbor)
        case .setSources(let sources, let shim, _): try host.setSources(sources, of: shim)
        default: return false
        }
        outcome.shimChanges += 1
        return true
    }
}

extension Step {
    /// What identifies the step if it is refused; nil for a removal.
    fileprivate var refusedOnShim: RefusedStep? {
        switch self {
        case .replaceRoute(let route, _): .addRoute(route)
        case .addAddress(let address, let shim): .addAddress(address, to: shim.index)
        case .addNeighbor(let neighbor): .addNeighbor(neighbor)
        case .setSources(_, let shim, _): .setSources(of: shim.index)
        default: nil
        }
    }

    fileprivate var shimIndex: InterfaceIndex? {
        switch self {
        case .replaceRoute(let route, _): route.linkIndex
        case .addAddress(_, let shim), .removeAddress(_, let shim), .setSources(_, let shim, _): shim.index
        case .addNeighbor(let neighbor), .removeNeighbor(let neighbor): neighbor.linkIndex
        default: nil
        }
    }
}

extension Notice {
    /// Reports that the kernel refused a part of the host's access to containers.
    fileprivate static func accessRefused(link: String, _ reason: String) -> Notice {
        Notice(
            "the host cannot reach some containers over link \"\(link)\" for now: \(reason)", .problem,
            about: .link(link))
    }
}
