// Lets User-mode Linux run on processors with AMX; lab/uml preloads it there.
//
// Its kernel writes 2696 bytes of registers to its processes, the size on processors with AVX-512 (HOST_FP_SIZE in
// arch/x86/um/user-offsets.c of Linux 6.1). Processors with AMX have more, and the host accepts all registers or none: it
// returns EFAULT (xstateregs_set in arch/x86/kernel/fpu/regset.c), and the machine ends before its first program starts.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef long (*function)(enum __ptrace_request request, pid_t process, void *address, void *data);

/// Not on the stack, which is small in a kernel. Only one thread of the machine traces.
static char all[64 * 1024];

/// Sets the first registers to the given values, and keeps the others.
static long set_all(function original, pid_t process, void *address, const struct iovec *given) {
    struct iovec whole = {all, sizeof(all)};
    if (original(PTRACE_GETREGSET, process, address, &whole) < 0) return -1;
    if (whole.iov_len <= given->iov_len) {
        errno = EFAULT;
        return -1;
    }
    memcpy(all, given->iov_base, given->iov_len);
    return original(PTRACE_SETREGSET, process, address, &whole);
}

/// Replaces the C library's ptrace.
long ptrace(enum __ptrace_request request, ...) {
    static function original;
    if (!original) original = (function)dlsym(RTLD_NEXT, "ptrace");

    va_list arguments;
    va_start(arguments, request);
    pid_t process = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);

    long status = original(request, process, address, data);
    if (status < 0 && errno == EFAULT && request == PTRACE_SETREGSET && address == (void *)NT_X86_XSTATE)
        return set_all(original, process, address, data);
    return status;
}
