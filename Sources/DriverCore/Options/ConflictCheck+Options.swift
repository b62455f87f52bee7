import NetworkTypes

extension RawOptions<NetworkOptions.Key> {
    private enum Word: String, CaseIterable {
        case warn, refuse, off
    }

    /// The longest wait for answers, and the default, in milliseconds.
    ///
    /// Hosts answer within milliseconds; sleeping wireless ones may take some hundred.
    private static var longestTimeout: Int { 1000 }

    /// Reads `conflict` and `conflict_timeout`.
    func conflictCheck() throws(DriverError) -> ConflictCheck {
        let word: Word = try choice(.conflict) ?? .warn
        let timeout = try number(.conflictTimeout, in: 50...Self.longestTimeout)
        switch word {
        case .refuse: return .refuse(timeout: .milliseconds(timeout ?? Self.longestTimeout))
        case .warn, .off:
            guard timeout == nil else {
                throw notUsable(
                    .conflictTimeout, why: "only conflict=refuse waits for answers",
                    instead: "leave it out or add -o conflict=refuse")
            }
            return word == .warn ? .warn : .off
        }
    }
}
