import CMNL
package import Netlink
package import NetworkTypes

/// A classic BPF program that decides which of the frames that a link receives reach the host (tc-bpf(8)).
///
///     |<- nlmsghdr 16 ->|<- tcmsg 20: family, padding 3, index, handle, parent, info ->|<- TCA_… attributes ->|
///
/// The link needs the queueing discipline `clsact` to have such filters. Both exist as long as the link, also while it is
/// down. The program returns a `TC_ACT_…` (`da`, direct action).
package struct IngressFilter: Hashable, Sendable {
    package var link: InterfaceIndex
    /// The filter's number among those of its priority.
    package var handle: UInt32
    /// The filter's place: the kernel asks those with a lower number first.
    package var priority: UInt16
    package var program: [FilterInstruction]
    /// Whether the program's result is the verdict; otherwise it names a traffic class.
    package var isDirectAction: Bool

    package init(
        link: InterfaceIndex, handle: UInt32 = 1, priority: UInt16 = 1, program: [FilterInstruction],
        isDirectAction: Bool = true
    ) {
        self.link = link
        self.handle = handle
        self.priority = priority
        self.program = program
        self.isDirectAction = isDirectAction
    }

    private static let kindKey = AttributeKey<String>(TCA_KIND)
    private static let optionsKey = AttributeKey<Nest>(TCA_OPTIONS)
    private static let countKey = AttributeKey<UInt16>(TCA_BPF_OPS_LEN)
    private static let programKey = AttributeKey<RawBytes>(TCA_BPF_OPS)
    private static let flagsKey = AttributeKey<UInt32>(TCA_BPF_FLAGS)
    private static let kind = "bpf"
    private static let discipline = "clsact"
    /// The major number that `clsact` always has, and the parent of its ingress filters (`TC_H_CLSACT` and
    /// `TC_H_MIN_INGRESS` in linux/pkt_sched.h).
    private static let disciplineHandle: UInt32 = 0xFFFF_0000
    private static let ingress: UInt32 = disciplineHandle | 0xFFF2

    /// Decodes a filter; returns nil for other messages and for filters without a classic BPF program.
    ///
    /// The kernel lists each priority once more, without a filter (`tcf_chain_dump` in net/sched/cls_api.c).
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWTFILTER else { return nil }
        let header = try message.header(as: tcmsg.self)
        guard let link = InterfaceIndex(header.tcm_ifindex) else { return nil }
        var kind: String?
        var program: [FilterInstruction]?
        var flags: UInt32 = 0
        var attributes = message.attributes(after: tcmsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(Self.kindKey) { kind = try attribute.value(Self.kindKey) }
            guard attribute.is(Self.optionsKey) else { continue }
            var options = attribute.attributes
            while let option = try options.next() {
                if option.is(Self.flagsKey), kind == Self.kind { flags = try option.value(Self.flagsKey) }
                if option.is(Self.programKey) { program = FilterInstruction.program(decoding: option.bytes) }
            }
        }
        guard kind == Self.kind, let program else { return nil }
        self.init(
            link: link, handle: header.tcm_handle, priority: UInt16(truncatingIfNeeded: header.tcm_info >> 16),
            program: program, isDirectAction: flags & UInt32(TCA_BPF_FLAG_ACT_DIRECT) != 0)
    }

    /// Builds the request that gives a link the queueing discipline for filters.
    static func addDiscipline(to link: InterfaceIndex) throws(EncodingError) -> MessageBuilder {
        var header = header(of: link)
        header.tcm_handle = disciplineHandle
        header.tcm_parent = UInt32(TC_H_CLSACT)
        var message = try MessageBuilder(RTM_NEWQDISC, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, header)
        try message.put(kindKey, discipline)
        return message
    }

    /// Builds the request that lists the filters of all kinds for the frames that a link receives.
    static func dump(of link: InterfaceIndex) throws(EncodingError) -> MessageBuilder {
        var header = header(of: link)
        header.tcm_parent = ingress
        return try MessageBuilder(RTM_GETTFILTER, flags: NLM_F_DUMP, header)
    }

    /// Builds the request that adds the filter, or replaces the one with its handle and priority.
    func replacement() throws(EncodingError) -> MessageBuilder {
        var header = Self.header(of: link)
        header.tcm_handle = handle
        header.tcm_parent = Self.ingress
        header.tcm_info = UInt32(priority) << 16 | UInt32(UInt16(ETH_P_ALL).bigEndian)
        let room = MessageBuilder.defaultCapacity + program.count * FilterInstruction.size
        var message = try MessageBuilder(
            RTM_NEWTFILTER, flags: NLM_F_ACK | NLM_F_CREATE, capacity: room, header)
        try message.put(Self.kindKey, Self.kind)
        try message.nest(Self.optionsKey) { (options) throws(EncodingError) in
            try options.put(Self.countKey, UInt16(truncatingIfNeeded: program.count))
            try options.put(Self.programKey, program.flatMap(\.bytes))
            try options.put(Self.flagsKey, isDirectAction ? UInt32(TCA_BPF_FLAG_ACT_DIRECT) : 0)
        }
        return message
    }

    private static func header(of link: InterfaceIndex) -> tcmsg {
        var header = tcmsg()
        header.tcm_ifindex = link.number
        return header
    }
}
