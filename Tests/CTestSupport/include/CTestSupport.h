#pragma once

#include <spawn.h>
#include <sys/types.h>

/// Moves the calling thread into a new network namespace. Returns 0, or -1 with errno set.
int enter_new_network_namespace(void);

/// Moves the calling thread into the network namespace of an open file. Returns 0, or -1 with errno set.
int enter_network_namespace(int descriptor);

/// Creates a tap link, which carries Ethernet frames, or a tun link, which carries IP packets. Returns the file whose
/// closing deletes the link, or -1 with errno set.
int open_program_link(const char *name, int is_tap);

/// Makes only the calling thread act as a user, or as root again. Returns 0, or -1 with errno set.
int set_thread_user(uid_t user);

/// Makes only the calling thread, of root, a member of one group and no other. Returns 0, or -1 with errno set.
int set_thread_group(gid_t group);

/// Stops one thread of a process that the caller may trace, as if it hung in a call (ptrace(2)). Other threads keep
/// running. Returns 0, or -1 with errno set.
int hold_thread(int id);

/// Resumes a stopped thread. Only the thread that stopped it may call this.
int release_thread(int id);

/// Makes a spawned program start with all descriptors closed from a number on. Returns 0 or an error number.
int add_close_from(posix_spawn_file_actions_t *actions, int first);

/// Opens a process as a file that becomes readable when the process exits (pidfd_open(2)). Returns -1 with errno set
/// on failure.
int open_process(pid_t id);
