#pragma once
#include <sys/syscall.h>

// The numbers differ from machine to machine, and Swift does not see macros that stand for other macros.
enum { system_call_sendto = SYS_sendto, system_call_sendmsg = SYS_sendmsg };
