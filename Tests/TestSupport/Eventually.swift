import Glibc

/// Waits until a condition holds, with a check every 10 ms. Returns false if it does not hold within the given seconds.
package func eventually(within seconds: Double = 180, _ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<Int(seconds * 100) {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}
