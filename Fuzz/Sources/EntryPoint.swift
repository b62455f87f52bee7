import Glibc

/// What libFuzzer calls first (llvm.org/docs/LibFuzzer.html): without `FUZZ_TARGET` the targets' names are listed.
@c(LLVMFuzzerInitialize)
public func initialize(_ argumentCount: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    if getenv("FUZZ_TARGET") == nil {
        for target in FuzzTarget.allCases { print(target.rawValue) }
        exit(0)
    }
    return 0
}

/// What libFuzzer calls with every input.
///
/// With `FUZZ_SEEDS` set, every input must be accepted by the target: a seed that is not belongs elsewhere, or the
/// target is wired to another parser than its name says.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let isAccepted = Run.target.read(Array(UnsafeBufferPointer(start: data, count: size)))
    precondition(isAccepted || !Run.demandsAcceptance, "the target does not accept the seed")
    return 0
}

private enum Run {
    static let demandsAcceptance = getenv("FUZZ_SEEDS") != nil

    static let target: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget(rawValue: name) else { preconditionFailure("there is no target \"\(name)\"") }
        return target
    }()
}
