// What glibc's headers declare for _GNU_SOURCE only, and Swift's Glibc module therefore lacks.
#define _GNU_SOURCE

#include "CTestSupport.h"

#include <sched.h>
#include <unistd.h>

int enter_new_network_namespace(void) { return unshare(CLONE_NEWNET); }

int enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

pid_t current_thread_id(void) { return gettid(); }
