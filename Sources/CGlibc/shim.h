#pragma once

#include <sys/eventfd.h>

// string.h declares this only with _GNU_SOURCE, which Swift's Glibc module does not define.
const char *strerrorname_np(int number);
