import DaemonTestKit
import TestSupport

/// Generates malformed requests from valid ones.
struct MalformedRequests {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Bytes that are mostly not HTTP: flipped bits, cut ends, wrong lengths, shuffled parts.
    mutating func nextBytes() -> [UInt8] {
        let (path, body) = nextCall()
        let request = Array(post(path, body).utf8)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return request.damaged(using: &generator)
        case 1: return Array(request.prefix(Int.random(in: 0..<request.count, using: &generator)))
        case 2: return Array(post(path, body).replacing("Length: ", with: "Length: \(nextLength())").utf8)
        case 3: return request.shuffled(using: &generator)
        default:
            let cut = Int.random(in: 0..<request.count, using: &generator)
            return Array(request[cut...] + request[..<cut])
        }
    }

    /// Valid HTTP whose body is mostly not a valid call.
    mutating func nextRequest() -> String {
        let (path, body) = nextCall()
        let bytes = Array(body.utf8)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return post(path, String(decoding: bytes.damaged(using: &generator), as: UTF8.self))
        case 1: return post(path, String(body.prefix(Int.random(in: 0...body.count, using: &generator))))
        case 2: return post(path, nextJSON(depth: 0))
        default: return post(path, String(repeating: "[", count: Int.random(in: 1...100_000, using: &generator)))
        }
    }

    private mutating func nextCall() -> (path: String, body: String) {
        Calls.all[Int.random(in: 0..<Calls.all.count, using: &generator)]
    }

    private mutating func nextLength() -> String {
        ["-", "1", "9999999999999999999", "0x", " ", "+"][Int.random(in: 0..<6, using: &generator)]
    }

    /// Returns any JSON value. Objects have keys of the protocol.
    private mutating func nextJSON(depth: Int) -> String {
        let names = ["NetworkID", "EndpointID", "Options", "IPv4Data", "Interface", "com.docker.network.generic", "x"]
        switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &generator) {
        case 0: return "null"
        case 1: return "true"
        case 2: return "\(Int.random(in: .min ... .max, using: &generator))"
        case 3: return "1e999"
        case 4: return #""\#(Calls.network)""#
        case 5: return #""\ud800\u0000""#
        case 6: return "[" + (0..<3).map { _ in nextJSON(depth: depth + 1) }.joined(separator: ",") + "]"
        default: return "{" + names.map { #""\#($0)":\#(nextJSON(depth: depth + 1))"# }.joined(separator: ",") + "}"
        }
    }
}
