/// A record that could not be written or removed.
struct RecordFailure: Error {
    let cause: FileCallError
    /// Why the old state could not be put back, where that had to be done.
    let afterwards: FileCallError?

    init(_ cause: FileCallError, afterwards: FileCallError? = nil) {
        self.cause = cause
        self.afterwards = afterwards
    }
}
