import PacketSocket

/// Inputs that are Ethernet frames.
enum FrameInput {
    /// Returns whether the input is a frame. A frame must be unchanged after it is encoded and decoded again.
    static func isFrame(_ input: [UInt8]) -> Bool {
        do throws(FrameError) {
            let frame = try EthernetFrame(decoding: input)
            let again = try? EthernetFrame(decoding: frame.bytes)
            precondition(again == frame, "the frame is encoded differently")
            return true
        } catch {
            precondition(!error.description.isEmpty, "an error without text")
            return false
        }
    }
}
