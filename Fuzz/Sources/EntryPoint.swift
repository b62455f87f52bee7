import Glibc

/// Called first by libFuzzer (llvm.org/docs/LibFuzzer.html). Lists the targets unless `FUZZ_TARGET` is set.
@c(LLVMFuzzerInitialize)
public func initialize(_ argumentCount: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    if getenv("FUZZ_TARGET") == nil {
        for target in FuzzTarget.allCases { print(target.rawValue) }
        exit(0)
    }
    return 0
}

/// Called by libFuzzer with every input.
///
/// With `FUZZ_SEEDS` set, the target must accept every input. If it does not, the seed is wrong, or the target calls a
/// different parser than its name says.
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
        guard let target = FuzzTarget(rawValue: name) else { preconditionFailure("unknown target \"\(name)\"") }
        return target
    }()
}
