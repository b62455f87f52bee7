// Functions that glibc's headers declare only with _GNU_SOURCE, so that Swift's Glibc module lacks them.
#define _GNU_SOURCE

#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int enter_new_network_namespace(void) { return unshare(CLONE_NEWNET); }

int enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int open_program_link(const char *name, int is_tap) {
    int descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return -1;
    struct ifreq request = {.ifr_flags = (short)(IFF_NO_PI | (is_tap ? IFF_TAP : IFF_TUN))};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(descriptor, TUNSETIFF, &request) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

// Uses the system call directly: the C library's function changes the user of all threads.
int set_thread_user(uid_t user) { return (int)syscall(SYS_setresuid, (uid_t)-1, user, (uid_t)-1); }

int set_thread_group(gid_t group) {
    if (syscall(SYS_setgroups, 1, &group) != 0) return -1;
    return (int)syscall(SYS_setresgid, (gid_t)-1, group, (gid_t)-1);
}

int hold_thread(int id) {
    int status;
    if (ptrace(PTRACE_SEIZE, id, NULL, NULL) != 0) return -1;
    if (ptrace(PTRACE_INTERRUPT, id, NULL, NULL) != 0) return -1;
    return waitpid(id, &status, __WALL) == id && WIFSTOPPED(status) ? 0 : -1;
}

int release_thread(int id) { return ptrace(PTRACE_DETACH, id, NULL, NULL) == 0 ? 0 : -1; }

int add_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int open_process(pid_t id) { return (int)syscall(SYS_pidfd_open, id, 0); }
