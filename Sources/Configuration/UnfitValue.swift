/// Why a setting cannot have a value.
struct UnfitValue: Error {
    /// One sentence, which does not say where the value is written.
    let sentence: String
}
