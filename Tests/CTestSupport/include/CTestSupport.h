#pragma once

#include <spawn.h>
#include <sys/types.h>

/// Moves the calling thread into a network namespace of its own; 0, or -1 with errno set.
int enter_new_network_namespace(void);

/// Moves the calling thread into the network namespace of an open file; 0, or -1 with errno set.
int enter_network_namespace(int descriptor);

/// Makes a link of packets that this program reads and writes: Ethernet frames of a tap, or IP packets of a tun. The file
/// that it goes with, or -1 with errno set.
int open_program_link(const char *name, int is_tap);

/// Has the calling thread alone act as a user, or as root again; 0, or -1 with errno set.
int set_thread_user(uid_t user);

/// Stops one thread of a process that this one may trace, as if it hung in a call; the others run on (ptrace(2)).
/// Zero, or -1 with errno.
int hold_thread(int id);

/// Has it run on; to be called by the thread that held it.
int release_thread(int id);

/// Has a program that is spawned start with all descriptors closed from a number on; 0, or an error number.
int add_close_from(posix_spawn_file_actions_t *actions, int first);

/// Opens a process as a file that can be read from once the process has ended (pidfd_open(2)); -1 with errno.
int open_process(pid_t id);
