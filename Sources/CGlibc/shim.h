#pragma once

#include <pthread.h>
#include <sys/eventfd.h>

// The headers declare these only with _GNU_SOURCE, which Swift's Glibc module does not define.
const char *strerrorname_np(int number);
int pthread_setname_np(pthread_t thread, const char *name);
