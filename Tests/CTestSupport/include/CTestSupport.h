#pragma once

#include <sys/types.h>

/// Moves the calling thread into a network namespace of its own; 0, or -1 with errno set.
int enter_new_network_namespace(void);

/// Moves the calling thread into the network namespace of an open file; 0, or -1 with errno set.
int enter_network_namespace(int descriptor);

/// The number of the calling thread, by which the kernel knows it like a process.
pid_t current_thread_id(void);
