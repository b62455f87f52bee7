// Lets User-mode Linux run on processors with AMX; lab/uml preloads it there.
//
// Its kernel sets the registers of its processes by 2696 bytes, which is what processors with AVX-512 have (HOST_FP_SIZE
// in arch/x86/um/user-offsets.c of Linux 6.1). With AMX there are more, and the host takes all or none: EFAULT
// (xstateregs_set in arch/x86/kernel/fpu/regset.c), at which the machine ends before its first program begins.
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

/// Not on the stack, which is small in a kernel. One thread of the machine traces.
static char all[64 * 1024];

/// Sets the first registers as they are given, and the others as they are.
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

/// Takes the place of the C library's.
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
