#pragma once

#include <systemd/sd-daemon.h>
// The fields CODE_FILE, CODE_LINE and CODE_FUNC are those of Swift's callers, which macros cannot know.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
