#pragma once

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Neither call has a function in the C library that Swift can see: capget and capset are undeclared there, and prctl takes a
// list of arguments of no fixed length.

/// Takes every capability but the given ones from the calling thread, and for good: no program that it might start gets
/// them back. Does nothing to a thread that has no others. Returns 0 or -1 with errno.
static inline int keep_only_capabilities(unsigned long long kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capget, &header, data) != 0) return -1;
    unsigned superfluous = 0;
    for (int word = 0; word < _LINUX_CAPABILITY_U32S_3; word++) {
        unsigned mask = (unsigned)(kept >> (32 * word));
        superfluous |= (data[word].permitted | data[word].inheritable) & ~mask;
        data[word].permitted &= mask;
        data[word].effective &= mask;
        data[word].inheritable &= mask;
    }
    // In a service's sandbox there are none, and the call itself may be forbidden.
    return superfluous == 0 ? 0 : (int)syscall(SYS_capset, &header, data);
}

/// CAP_NET_ADMIN as a set of its own.
static const unsigned long long net_admin_capability = 1ULL << CAP_NET_ADMIN;
