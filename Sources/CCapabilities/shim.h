#pragma once

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift cannot call these through the C library: glibc declares neither capget nor capset, and prctl is variadic.

/// Drops every capability except the given ones from the calling thread, permanently: programs that it executes cannot
/// regain them. Stores in `held` which of the given ones the thread has. Returns 0, or -1 with errno set. Calls capset
/// only if the thread has others.
static inline int keep_only_capabilities(unsigned long long kept, unsigned long long *held) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capget, &header, data) != 0) return -1;
    unsigned superfluous = 0;
    *held = 0;
    for (int word = 0; word < _LINUX_CAPABILITY_U32S_3; word++) {
        unsigned mask = (unsigned)(kept >> (32 * word));
        superfluous |= (data[word].permitted | data[word].inheritable) & ~mask;
        data[word].permitted &= mask;
        data[word].effective &= mask;
        data[word].inheritable &= mask;
        *held |= (unsigned long long)data[word].effective << (32 * word);
    }
    // A sandboxed service has nothing to drop, and may not be allowed to call capset.
    return superfluous == 0 ? 0 : (int)syscall(SYS_capset, &header, data);
}

/// The capability sets that contain only CAP_NET_ADMIN, and only CAP_NET_RAW.
static const unsigned long long net_admin_capability = 1ULL << CAP_NET_ADMIN;
static const unsigned long long net_raw_capability = 1ULL << CAP_NET_RAW;
