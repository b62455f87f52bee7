import CMNL
import SystemCalls

/// The kernel's answer to one request (`NLMSG_ERROR`); error code 0 means success.
///
///     |<- int error 4 ->|<- nlmsghdr of the request 16 ->|<- the request's payload, unless capped ->|<- attributes ->|
package enum Acknowledgement {
    /// Reads a message of type `NLMSG_ERROR`; returns nil if the request succeeded.
    ///
    /// Attributes that cannot be read are skipped: the error number alone is more useful than an error about its
    /// explanation.
    package static func refusal(in message: borrowing Message) throws(DecodingError) -> KernelRefusal? {
        let error = try message.header(as: nlmsgerr.self)
        guard error.error != 0 else { return nil }
        let errno = Errno(code: 0 &- error.error)
        guard message.flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return KernelRefusal(errno: errno) }

        // The request's own header is part of nlmsgerr; its payload follows unless the kernel capped it.
        var start = MemoryLayout<nlmsgerr>.size
        if message.flags & UInt16(NLM_F_CAPPED) == 0 {
            start += aligned(max(0, Int(error.msg.nlmsg_len) - MemoryLayout<nlmsghdr>.size))
        }
        return explained(errno, in: message.payload, from: start)
    }

    /// Reads the error at the end of a dump; returns nil if there is none.
    ///
    /// `NLMSG_DONE` carries the error like an acknowledgement, but without the request.
    static func refusal(endingDump message: borrowing Message) -> KernelRefusal? {
        guard let error = try? message.header(as: Int32.self), error != 0 else { return nil }
        let errno = Errno(code: 0 &- error)
        guard message.flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return KernelRefusal(errno: errno) }
        return explained(errno, in: message.payload, from: MemoryLayout<Int32>.size)
    }

    private static let message = AttributeKey<String>(Int(NLMSGERR_ATTR_MSG.rawValue))
    private static let offset = AttributeKey<UInt32>(Int(NLMSGERR_ATTR_OFFS.rawValue))

    private static func explained(_ errno: Errno, in payload: RawSpan, from start: Int) -> KernelRefusal {
        guard start <= payload.byteCount else { return KernelRefusal(errno: errno) }
        var text: String?
        var position: UInt32?
        var attributes = AttributeCursor(payload.extracting(start..<payload.byteCount))
        while let attribute = try? attributes.next() {
            if attribute.is(message) { text = try? attribute.value(message) }
            if attribute.is(offset) { position = try? attribute.value(offset) }
        }
        return KernelRefusal(errno: errno, message: text, offset: position)
    }
}
