/// A record that could not be written or removed.
struct RecordFailure: Error {
    let cause: FileError
    /// Why the old state could not be put back, where that had to be done.
    let afterwards: FileError?

    init(_ cause: FileError, afterwards: FileError? = nil) {
        self.cause = cause
        self.afterwards = afterwards
    }
}
