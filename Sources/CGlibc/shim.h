#pragma once

#include <sys/eventfd.h>

// The header has it for programs that define _GNU_SOURCE alone, which Swift's module of the C library does not.
const char *strerrorname_np(int number);
