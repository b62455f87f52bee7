#pragma once
#include <sys/syscall.h>

// The numbers depend on the architecture, and Swift does not import macros that expand to other macros.
enum { system_call_sendto = SYS_sendto, system_call_sendmsg = SYS_sendmsg };
