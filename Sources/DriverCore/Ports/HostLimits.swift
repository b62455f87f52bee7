/// Limits of the host that the driver's rules know.
package enum HostLimits {
    /// How many MAC addresses the filter of a shim can hold.
    ///
    /// The kernel's classic BPF programs have at most 4,096 instructions (`BPF_MAXINSNS` in linux/bpf_common.h), and
    /// the filter needs at most three for each address.
    package static let shimSources = 1_300
}
