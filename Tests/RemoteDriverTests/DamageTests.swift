import DriverCore
import FoundationEssentials
import RemoteDriver
import TestSupport
import Testing

@Suite("Damaged requests")
struct DamageTests {
    /// The seed in the test's name reproduces its 150 requests.
    @Test("Every damaged request gets a JSON object as its answer", arguments: 0..<100 as Range<UInt64>)
    func alwaysJSON(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var driver = try newDriver()
        for _ in 0..<150 {
            let exchange = pick(Conversation.requests, &random)
            let body = damaged(Array(exchange.request.utf8), &random)
            let answer = driver.answer(path: exchange.path, body: body)
            let isFit =
                [200, 400, 503].contains(answer.status)
                && (try? JSONDecoder().decode(AnyObject.self, from: Data(answer.body))) != nil
            #expect(isFit, "\(exchange.path) \(String(decoding: body, as: UTF8.self)), seed \(seed)")
        }
    }

    private static let tokens = [
        "null", "{}", "[]", "-1", "1e999", "true", #""""#, "\u{0}", #""\ud800""#, "[[[[[[[[", #""a/b""#, ",", ":", "}",
        #"{"a":"#, "99999999999999999999", #"{"com.docker.network.generic":7}"#, "\u{FEFF}", #""fe80::1%eth0/64""#,
    ]

    /// Damages bytes as a faulty wire or program may: flips bits, truncates, reorders, replaces values by other types,
    /// or returns no JSON at all.
    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return bytes.damaged(using: &random)
        case 1: return Array(bytes[..<place])
        case 2: return Array(bytes[..<place]) + pick(Self.tokens, &random).utf8 + bytes[place...]
        case 3: return replacingValue(in: bytes, after: place, with: pick(Self.tokens, &random))
        case 4: return Array(bytes[place...] + bytes[..<place])
        default: return (0..<place).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    /// Replaces the text between a colon and the next comma with a token.
    private func replacingValue(in bytes: [UInt8], after place: Int, with token: String) -> [UInt8] {
        guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")),
            let comma = bytes[colon...].firstIndex(of: UInt8(ascii: ","))
        else { return bytes }
        return Array(bytes[...colon]) + token.utf8 + bytes[comma...]
    }

    private func pick<Element>(_ choices: [Element], _ random: inout SeededGenerator) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}

/// Any JSON object.
private struct AnyObject: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}
