/* Where the log goes. */
#ifndef KEYWHEEL_BASE_LOG_TARGET_H
#define KEYWHEEL_BASE_LOG_TARGET_H

#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* stderr (where it goes without this), syslog, or syslog:FACILITY, with one of
 * daemon, user, local0 to local7. False with the reason appended to why. */
MUSTCHECK bool log_target_set(const char *name, struct buf *why);

/* One line, with its newline. level: an enum log_level. What cannot be written
 * is lost. */
void log_target_write(int level, const char *line, size_t len);

#endif
