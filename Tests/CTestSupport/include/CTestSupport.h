#pragma once

#include <sys/types.h>

/// Moves the calling thread into a network namespace of its own; 0, or -1 with errno set.
int enter_new_network_namespace(void);

/// Moves the calling thread into the network namespace of an open file; 0, or -1 with errno set.
int enter_network_namespace(int descriptor);

/// Makes a link of packets that this program reads and writes: Ethernet frames of a tap, or IP packets of a tun. The file
/// that it goes with, or -1 with errno set.
int open_program_link(const char *name, int is_tap);

/// The number of the calling thread, by which the kernel knows it like a process.
pid_t current_thread_id(void);
