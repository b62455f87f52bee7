import NetworkTypes
import PacketSocket
import SystemCalls
import TestSupport
import Testing

@Suite("Sending and receiving frames")
struct ReceiveTests {
    @Test("At most as many frames are read as the limit allows")
    func limit() throws {
        var transport = ScriptedFrames(try (0..<5).map { _ in .success(try FrameVector("arp-reply").bytes) })
        var frames: [EthernetFrame] = []
        try expect(transport.receive(limit: 3) { frames.append($0) }, equals: 3)
        expect(frames.count, equals: 3)
        try expect(transport.receive(limit: 3) { frames.append($0) }, equals: 2)
        expect(frames.count, equals: 5)
        try expect(transport.receive(limit: 3) { frames.append($0) }, equals: 0)
    }

    @Test("Malformed frames count towards the limit, but are not passed on")
    func malformed() throws {
        let good = try FrameVector("neighbor-advertisement").bytes
        let bad = good.flipping(bit: 600)
        var transport = ScriptedFrames([.success([]), .success(bad), .success(good), .success(good)])
        var frames: [EthernetFrame] = []
        try expect(transport.receive(limit: 3) { frames.append($0) }, equals: 3)
        try expect(frames, equals: [EthernetFrame(decoding: good)])
    }

    @Test("The frames before an error are passed on, and the error is thrown")
    func failure() throws {
        let error = SystemError(call: "recv(AF_PACKET)", errno: .networkDown)
        var transport = ScriptedFrames([.success(try FrameVector("arp-reply").bytes), .failure(error)])
        var count = 0
        #expect(throws: error) { try transport.receive(limit: 10) { _ in count += 1 } }
        expect(count, equals: 1)
        expect(error.description, equals: "recv(AF_PACKET): Network is down (ENETDOWN)")
    }

    @Test("A frame is sent as its bytes with the type of its payload")
    func sending() throws {
        var transport = ScriptedFrames([])
        for name in ["arp-probe", "neighbor-probe"] {
            try transport.send(EthernetFrame(decoding: FrameVector(name).bytes))
        }
        try expect(transport.sent, equals: [FrameVector("arp-probe").bytes, FrameVector("neighbor-probe").bytes])
        expect(transport.types, equals: [.arp, .ipv6])
    }
}

/// A link that returns the given frames and errors, and then nothing.
private struct ScriptedFrames: ~Copyable, FrameTransport {
    var descriptor: Int32 { -1 }
    private(set) var sent: [[UInt8]] = []
    private(set) var types: [EtherType] = []
    private var incoming: [Result<[UInt8], SystemError>]

    init(_ incoming: [Result<[UInt8], SystemError>]) { self.incoming = incoming }

    mutating func send(_ frame: [UInt8], type: EtherType) throws(SystemError) {
        sent.append(frame)
        types.append(type)
    }

    mutating func receive() throws(SystemError) -> [UInt8]? {
        incoming.isEmpty ? nil : try incoming.removeFirst().get()
    }
}
