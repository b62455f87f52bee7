import Glibc

/// A condition that did not hold in time, with the last state.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String
}

/// Reads a state until it is as expected, and returns it.
///
/// The limit keeps failing tests from hanging. A wait ends as soon as the state is right, so a generous limit costs
/// nothing: on a busy machine, IPv6 on a link in User-mode Linux has taken a minute to start. Blocks the calling
/// thread. Throws errors of the reading, and `TimedOut` with the last state.
@discardableResult
package func waitFor<State>(
    _ expectation: String, within seconds: Double = 180, pollingEvery microseconds: UInt32 = 1000,
    reading read: () throws -> State, until isExpected: (State) throws -> Bool
) throws -> State {
    let start = ContinuousClock.now
    while true {
        let state = try read()
        if try isExpected(state) { return state }
        guard start.duration(to: .now).seconds < seconds else {
            throw TimedOut(
                description: "waited \(seconds.text) seconds in vain for \(expectation); the state was \(state)")
        }
        usleep(microseconds)
    }
}
