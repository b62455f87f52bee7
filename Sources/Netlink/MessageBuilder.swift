import CMNL
package import NetworkTypes

/// A request that cannot be encoded.
package enum EncodingError: Error, Hashable {
    /// The message would exceed the builder's capacity in bytes.
    case messageTooLong(capacity: Int)
}

extension EncodingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .messageTooLong(let capacity): "the message exceeds \(capacity) bytes"
        }
    }
}

/// Writes one netlink message: header, the family's fixed header, attributes.
///
///     |<- nlmsghdr 16 ->|<- e.g. ifinfomsg 16 ->|<- attribute ->|<- attribute ->|
///                                               | len type data pad |
///
/// The builder alone handles alignment, lengths and bounds.
package struct MessageBuilder: ~Copyable {
    /// One page, like the kernel's own messages; far more than most requests in this project need.
    package static let defaultCapacity = 4096

    /// The message's type (`RTM_…`).
    package let type: UInt16
    private let capacity: Int
    private let memory: UnsafeMutableRawPointer
    private var header: UnsafeMutablePointer<nlmsghdr> { memory.assumingMemoryBound(to: nlmsghdr.self) }

    /// Starts a message of a type (`RTM_…`) with flags (`NLM_F_…`) besides `NLM_F_REQUEST`; the connection adds the
    /// sequence number. The capacity is the largest size of the message, in bytes.
    package init(type: UInt16, flags: UInt16, capacity: Int = defaultCapacity) {
        self.type = type
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: Int(MNL_ALIGNTO))
        // libmnl before 1.0.5 does not clear the padding after an attribute.
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
        let header = mnl_nlmsg_put_header(memory)
        header?.pointee.nlmsg_type = type
        header?.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST) | flags
    }

    /// Starts a message with the family's fixed header.
    package init(
        _ type: Int, flags: Int32, capacity: Int = defaultCapacity, _ fixed: some BitwiseCopyable
    ) throws(EncodingError) {
        self.init(type: UInt16(type), flags: UInt16(flags), capacity: capacity)
        try putHeader(fixed)
    }

    deinit { memory.deallocate() }

    /// Appends a fixed header: the family's, before any attribute, or the one at the start of a nest.
    package mutating func putHeader<Header: BitwiseCopyable>(_ fixed: Header) throws(EncodingError) {
        // Unlike libmnl's calls for attributes, its call for headers does not check for room.
        try check(Int(header.pointee.nlmsg_len) + aligned(MemoryLayout<Header>.size) <= capacity)
        guard let place = mnl_nlmsg_put_extra_header(header, MemoryLayout<Header>.size) else { return }
        place.copyMemory(from: [fixed], byteCount: MemoryLayout<Header>.size)
    }

    /// Appends a number in host byte order.
    package mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(
        _ key: AttributeKey<Number>, _ value: Number
    ) throws(EncodingError) {
        try put(key.rawType, withUnsafeBytes(of: value) { Array($0) })
    }

    package mutating func put(_ key: AttributeKey<BigEndian16>, _ value: BigEndian16) throws(EncodingError) {
        try put(AttributeKey<UInt16>(key.rawType), value.value.bigEndian)
    }

    /// Appends a text with its terminating zero, which some kernel policies require (`NLA_NUL_STRING`).
    package mutating func put(_ key: AttributeKey<String>, _ value: String) throws(EncodingError) {
        try check(mnl_attr_put_strz_check(header, capacity, key.rawType, value))
    }

    package mutating func put(_ key: AttributeKey<MACAddress>, _ value: MACAddress) throws(EncodingError) {
        try put(key.rawType, value.octets)
    }

    package mutating func put(_ key: AttributeKey<IPAddress>, _ value: IPAddress) throws(EncodingError) {
        try put(key.rawType, value.octets)
    }

    package mutating func put(_ key: AttributeKey<RawBytes>, _ value: RawBytes) throws(EncodingError) {
        try put(key.rawType, value)
    }

    /// Appends a nested attribute with the contents that `body` writes.
    package mutating func nest(
        _ key: AttributeKey<Nest>, _ body: (inout MessageBuilder) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        guard let nest = mnl_attr_nest_start_check(header, capacity, key.rawType) else {
            throw .messageTooLong(capacity: capacity)
        }
        try body(&self)
        mnl_attr_nest_end(header, nest)
    }

    /// Returns the message so far, with the sequence number in its header.
    package func message(sequence: UInt32) -> [UInt8] {
        header.pointee.nlmsg_seq = sequence
        return Array(UnsafeRawBufferPointer(start: memory, count: Int(header.pointee.nlmsg_len)))
    }

    private mutating func put(_ type: UInt16, _ bytes: [UInt8]) throws(EncodingError) {
        try check(mnl_attr_put_check(header, capacity, type, bytes.count, bytes))
    }

    private func check(_ fitted: Bool) throws(EncodingError) {
        guard fitted else { throw .messageTooLong(capacity: capacity) }
    }
}
